import * as Y from 'yjs'

/**
 * A `Y.Doc` that never deletes by itself. Yjs' clean-up after a remote change removes formatting marks it finds
 * redundant; whether it does depends on the order of arrival, so that two honest replicas would differ by it.
 */
export function quietDoc(clientId: number | null = null, gc = true): Y.Doc {
  const doc = new Y.Doc({ gc })
  if (clientId !== null) doc.clientID = clientId
  doc.on('afterTransaction', (transaction: Y.Transaction & { _needFormattingCleanup?: boolean }) => {
    transaction._needFormattingCleanup = false
  })
  return doc
}

/** A new document with these updates, applied one by one; after each, nothing may be parked. */
export function docOf(updates: Iterable<Uint8Array>, gc = true, doc = quietDoc(null, gc)): Y.Doc {
  for (const update of updates) {
    Y.applyUpdate(doc, update)
    assertNothingPending(doc)
  }
  return doc
}

export function assertNothingPending(doc: Y.Doc): void {
  const { pendingStructs, pendingDs } = doc.store
  if (pendingStructs !== null) throw new Error(`structs wait for ${JSON.stringify([...pendingStructs.missing])}`)
  if (pendingDs !== null) throw new Error('deletions wait for something unknown')
}

/** Everything that is deleted in `doc`: two replicas can look alike and differ in it, until somebody edits. */
export function deletionsOf(doc: Y.Doc): Map<number, number[]> {
  const { clients } = Y.createDeleteSetFromStructStore(doc.store)
  return new Map(
    [...clients].map(([client, items]) => [client, items.flatMap(({ clock, len }) => [clock, clock + len])]),
  )
}

/** The roots that `editing.ts` edits. */
export const ROOTS = { text: 'text', list: 'list', map: 'map', xml: 'xml' } as const

/** What a person would see of the four roots, as one string: equal strings are equal documents. */
export function viewOf(doc: Y.Doc): string {
  return JSON.stringify({
    text: viewOfValue(doc.getText(ROOTS.text)),
    list: viewOfValue(doc.getArray(ROOTS.list)),
    map: viewOfValue(doc.getMap(ROOTS.map)),
    xml: viewOfValue(doc.getXmlFragment(ROOTS.xml)),
  })
}

function viewOfValue(value: unknown): unknown {
  if (value instanceof Y.Text) {
    const delta: { insert?: unknown; attributes?: unknown }[] = value.toDelta()
    const parts = delta.map(({ insert, attributes }) => [viewOfValue(insert), viewOfValue(attributes ?? null)])
    return ['text', parts, value instanceof Y.XmlText ? viewOfValue(value.getAttributes()) : null]
  }
  if (value instanceof Y.Array) return value.toArray().map(viewOfValue)
  if (value instanceof Y.XmlElement) {
    return [value.nodeName, viewOfValue(value.getAttributes()), value.toArray().map(viewOfValue)]
  }
  if (value instanceof Y.XmlFragment) return value.toArray().map(viewOfValue)
  if (value instanceof Y.Map) return ['map', viewOfEntries([...value.entries()])]
  if (value instanceof Y.Doc) return ['doc', value.guid]
  if (value instanceof Uint8Array) return ['bytes', [...value]]
  if (Array.isArray(value)) return value.map(viewOfValue)
  if (typeof value === 'object' && value !== null) return viewOfEntries(Object.entries(value))
  if (typeof value === 'bigint') return ['bigint', String(value)]
  return value === undefined ? ['undefined'] : value
}

/** Two replicas may have learned of the keys of a map in different orders. */
function viewOfEntries(entries: [string, unknown][]): unknown {
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, viewOfValue(value)])
}
