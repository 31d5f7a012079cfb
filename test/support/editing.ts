import * as Y from 'yjs'
import { ROOTS } from './oracle.ts'
import type { Random } from './random.ts'

const WORDS = ['a', 'be', 'hello ', 'ünïcode', '漢字', '😀', 'x😀y', '👨‍👩‍👧', '\n']
const KEYS = ['a', 'b', 'c', 'd']
const TAGS = ['p', 'h1', 'li']
/** Types nested deeper than this get no more types inside. */
const MAX_DEPTH = 5

/** One random edit somewhere in the document, as a person or an app would make it. */
export function edit(random: Random, doc: Y.Doc): void {
  const types = typesOf(doc)
  const { type, depth } = random.chance(0.4) ? random.pick(types.slice(0, 4)) : random.pick(types)
  if (type instanceof Y.Text) editText(random, type)
  else if (type instanceof Y.Array) editArray(random, type, depth)
  else if (type instanceof Y.XmlFragment) editXml(random, type, depth)
  else editMap(random, type, depth)
}

type Editable = Y.Text | Y.Array<unknown> | Y.XmlFragment | Y.Map<unknown>

/** Every type that can be edited, the roots first. */
function typesOf(doc: Y.Doc): { type: Editable; depth: number }[] {
  const found: { type: Editable; depth: number }[] = [
    { type: doc.getText(ROOTS.text), depth: 0 },
    { type: doc.getArray(ROOTS.list), depth: 0 },
    { type: doc.getMap(ROOTS.map), depth: 0 },
    { type: doc.getXmlFragment(ROOTS.xml), depth: 0 },
  ]
  for (let i = 0; i < found.length && found.length < 30; i++) {
    const { type, depth } = found[i]
    const children = type instanceof Y.Text ? [] : type instanceof Y.Map ? [...type.values()] : type.toArray()
    for (const child of children) if (isEditable(child)) found.push({ type: child, depth: depth + 1 })
  }
  return found
}

function isEditable(value: unknown): value is Editable {
  return value instanceof Y.Text || value instanceof Y.Array || value instanceof Y.XmlFragment || value instanceof Y.Map
}

/** Positions that do not split an emoji: splitting one makes replicas of Yjs itself differ. */
function boundaries(text: Y.Text): number[] {
  const positions = [0]
  let at = 0
  const delta: { insert: unknown }[] = text.toDelta()
  for (const { insert } of delta) {
    if (typeof insert !== 'string') {
      at++
      positions.push(at)
    } else {
      for (const char of insert) {
        at += char.length
        positions.push(at)
      }
    }
  }
  return positions
}

function editText(random: Random, text: Y.Text): void {
  const positions = boundaries(text)
  const first = random.below(positions.length)
  const last = Math.min(positions.length - 1, first + random.below(6))
  const [start, length] = [positions[first], positions[last] - positions[first]]
  const action = random.next()
  if (length > 0 && action < 0.3) text.delete(start, length)
  else if (length > 0 && action < 0.5) text.format(start, length, attributes(random))
  else if (action < 0.55) text.insertEmbed(start, { image: random.below(9) })
  else if (action < 0.65) text.insert(start, random.pick(WORDS), attributes(random))
  else text.insert(start, random.pick(WORDS))
}

function attributes(random: Random): Record<string, unknown> {
  if (random.chance(0.3)) return { color: random.pick(['red', 'green', null]) }
  return { bold: random.pick([true, true, null]) }
}

function editArray(random: Random, array: Y.Array<unknown>, depth: number): void {
  const at = random.below(array.length + 1)
  if (array.length > 0 && random.chance(0.3)) {
    const start = random.below(array.length)
    array.delete(start, Math.min(array.length - start, 1 + random.below(3)))
  } else if (random.chance(0.4)) {
    array.insert(at, [value(random, depth), value(random, depth)])
  } else if (random.chance(0.5)) array.insert(array.length, [value(random, depth)])
  else array.insert(at, [value(random, depth)])
}

function editMap(random: Random, map: Y.Map<unknown>, depth: number): void {
  const key = random.pick(KEYS)
  if (random.chance(0.25)) map.delete(key)
  else map.set(key, value(random, depth))
}

function editXml(random: Random, xml: Y.XmlFragment, depth: number): void {
  if (xml instanceof Y.XmlElement && random.chance(0.3)) {
    const key = random.pick(KEYS)
    if (random.chance(0.3)) xml.removeAttribute(key)
    else xml.setAttribute(key, random.pick(WORDS))
    return
  }
  if (xml.length > 0 && random.chance(0.3)) {
    const start = random.below(xml.length)
    xml.delete(start, Math.min(xml.length - start, 1 + random.below(2)))
    return
  }
  const child = depth < MAX_DEPTH && random.chance(0.6) ? new Y.XmlElement(random.pick(TAGS)) : new Y.XmlText()
  if (child instanceof Y.XmlText && random.chance(0.7)) child.insert(0, random.pick(WORDS))
  xml.insert(random.below(xml.length + 1), [child])
}

function value(random: Random, depth: number): unknown {
  switch (random.below(depth < MAX_DEPTH ? 11 : 7)) {
    case 0:
      return random.below(1_000_000) - 500_000
    case 1:
      return random.next()
    case 2:
      return random.pick(WORDS)
    case 3:
      return { id: random.below(100), text: random.pick(WORDS), nested: { list: [1, null, true] } }
    case 4:
      return new Uint8Array([random.below(256), random.below(256)])
    case 5:
      return random.pick([null, true, false])
    case 6:
      return [random.below(10), random.pick(WORDS)]
    case 7:
      return new Y.Map(random.chance(0.5) ? [['a', 1]] : [])
    case 8:
      return random.chance(0.5) ? Y.Array.from([1, 'two']) : new Y.Array()
    default:
      return new Y.Text(random.chance(0.5) ? random.pick(WORDS) : '')
  }
}
