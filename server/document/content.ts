import * as Y from 'yjs'

/** Roots and map entries by name; without a prototype, because names come from strangers. */
type Content = { [name: string]: unknown }

/** A document as JSON text: see `contentOf`. Bytes are `{base64}`, big integers text. */
export function contentJson(doc: Y.Doc): string {
  return JSON.stringify(contentOf(doc), (_key, value: unknown) => {
    if (typeof value === 'bigint') return value.toString()
    if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
    return value
  })
}

/**
 * Reads every root of a document. A root has no type until a program gives it one, so it is told by what lies in it:
 * entries make a map; characters and embeds a text; XML nodes a fragment (as markup); other values an array. A root
 * that was used as a map and as a list is `{list, map}`; one that holds nothing is null.
 */
function contentOf(doc: Y.Doc): Content {
  const content: Content = Object.create(null)
  for (const name of [...doc.share.keys()].sort()) content[name] = rootOf(doc, name)
  return content
}

function rootOf(doc: Y.Doc, name: string): unknown {
  const root = doc.share.get(name)
  if (root === undefined) return null
  const hasMap = [...root._map.values()].some(item => !item.deleted)
  const list = listKind(root)
  if (list === null) return hasMap ? mapOf(root) : null
  const values = list === 'text' ? textOf(root) : list === 'xml' ? xmlOf(root) : arrayOf(root)
  return hasMap ? { list: values, map: mapOf(root) } : values
}

/** What every shared type is made of: a list of items and a map of them. */
type Root = { _start: Y.Item | null; _map: Map<string, Y.Item> }

function listKind(root: Root): 'text' | 'xml' | 'array' | null {
  let kind: 'xml' | 'array' | null = null
  for (let item = root._start; item !== null; item = item.right) {
    if (item.deleted) continue
    const { content } = item
    if (content instanceof Y.ContentString || content instanceof Y.ContentFormat || content instanceof Y.ContentEmbed) {
      return 'text'
    }
    const isXml =
      content instanceof Y.ContentType &&
      (content.type instanceof Y.XmlElement || content.type instanceof Y.XmlText || content.type instanceof Y.XmlHook)
    kind ??= isXml ? 'xml' : 'array'
  }
  return kind
}

function textOf(root: Root): string {
  let text = ''
  for (let item = root._start; item !== null; item = item.right) {
    if (!item.deleted && item.content instanceof Y.ContentString) text += item.content.str
  }
  return text
}

function xmlOf(root: Root): string {
  return valuesOf(root)
    .map(value => (value instanceof Y.AbstractType ? value.toString() : ''))
    .join('')
}

function arrayOf(root: Root): unknown[] {
  return valuesOf(root).map(plain)
}

function mapOf(root: Root): Content {
  const map: Content = Object.create(null)
  for (const [key, item] of [...root._map].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!item.deleted) map[key] = plain(item.content.getContent().at(-1))
  }
  return map
}

function valuesOf(root: Root): unknown[] {
  const values: unknown[] = []
  for (let item = root._start; item !== null; item = item.right) {
    if (!item.deleted && item.countable) values.push(...item.content.getContent())
  }
  return values
}

function plain(value: unknown): unknown {
  if (value instanceof Y.Doc) return { subdocument: value.guid }
  if (value instanceof Y.Map) return mapOf(value)
  if (value instanceof Y.XmlFragment || value instanceof Y.XmlText) return value.toString()
  if (value instanceof Y.Text) return textOf(value)
  if (value instanceof Y.Array) return arrayOf(value)
  return value
}
