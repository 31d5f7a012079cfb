import { printable } from './printable.ts'

const INDENT = '  '

/** Plain data as indented lines, for people. */
export function tree(value: unknown, depth: number): string[] {
  const pad = INDENT.repeat(depth)
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${pad}(empty list)`]
    return value.flatMap((item, i) => entry(`${i}`, item, depth))
  }
  if (isRecord(value)) {
    const entries = Object.entries(value)
    if (entries.length === 0) return [`${pad}(empty)`]
    return entries.flatMap(([key, item]) => entry(key, item, depth))
  }
  return leaf(value).map(line => pad + line)
}

function entry(key: string, value: unknown, depth: number): string[] {
  const pad = INDENT.repeat(depth)
  if (isRecord(value) || Array.isArray(value)) return [`${pad}${printable(key)}:`, ...tree(value, depth + 1)]
  const lines = leaf(value)
  if (lines.length === 1) return [`${pad}${printable(key)}: ${lines[0]}`]
  return [`${pad}${printable(key)}:`, ...lines.map(line => pad + INDENT + line)]
}

function leaf(value: unknown): string[] {
  if (typeof value === 'string') return value.split('\n').map(printable)
  return [value === null ? '(nothing)' : String(value)]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
