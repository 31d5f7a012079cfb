/**
 * The values that attributes may have in the document. What is missing or null has the editor's default. A table cell
 * that spans a billion columns would stop the page, and a heading of level 9 is of no version yet.
 */

import { isPicture } from './picture.ts'

/** Of cells, in rows or columns. */
export const maxSpan = 100

type Attributes = Readonly<Record<string, unknown>>

const isCell = ({ colspan, rowspan, colwidth, align }: Attributes) =>
  isSpan(colspan) && isSpan(rowspan) && isWidths(colwidth) && isWord(align)

const readers: Readonly<Record<string, (attributes: Attributes) => boolean>> = {
  heading: ({ level }) => level == null || level === 1 || level === 2 || level === 3,
  orderedList: ({ start, type }) => (start == null || typeof start === 'number') && isWord(type),
  taskItem: ({ checked }) => checked == null || typeof checked === 'boolean',
  codeBlock: ({ language }) => isWord(language),
  tableCell: isCell,
  tableHeader: isCell,
  picture: isPicture,
}

/** Whether the editor knows what to do with the attributes of an element of that name. */
export function areAttributes(name: string, attributes: Attributes): boolean {
  return Object.hasOwn(readers, name) ? readers[name](attributes) : true
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
}

function isSpan(value: unknown): boolean {
  return value == null || (isWhole(value, maxSpan) && value > 0)
}

function isWidths(value: unknown): boolean {
  return value == null || (Array.isArray(value) && value.length <= 100 && value.every(width => isWhole(width, 10_000)))
}

function isWord(value: unknown): boolean {
  return value == null || typeof value === 'string'
}
