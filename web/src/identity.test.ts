import { expect, test } from 'vitest'
import { IdentityStore, type KeyValue } from './identity.ts'

function storage(content: Record<string, string> = {}): KeyValue {
  const values = new Map(Object.entries(content))
  return {
    getItem: key => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: key => void values.delete(key),
  }
}

test('a person who changes their name stays the same person, in this visit and the next', () => {
  const store = storage()
  const identity = new IdentityStore(store)
  expect(identity.person.get()).toBeNull()
  expect(identity.rename(' Ada ')).toBe(true)
  const first = identity.person.get()
  expect(identity.rename('Ada Lovelace')).toBe(true)
  expect(identity.person.get()).toEqual({ id: first?.id, name: 'Ada Lovelace' })
  expect(new IdentityStore(store).person.get()).toEqual(identity.person.get())
})

test('a name of nothing but spaces is not taken', () => {
  const identity = new IdentityStore(storage())
  expect(identity.rename(' \n')).toBe(false)
  expect(identity.person.get()).toBeNull()
})

test('rooms keep their order, each once, and the oldest go when there are too many', () => {
  const store = storage()
  const identity = new IdentityStore(store)
  for (let i = 0; i < 35; i++) identity.opened(`room ${i}`)
  identity.opened('room 20')
  expect(identity.rooms.get()).toHaveLength(30)
  expect(identity.rooms.get().at(-1)).toBe('room 34')
  expect(new IdentityStore(store).rooms.get()).toEqual(identity.rooms.get())
})

test.each(['', '{', 'null', '[]', '{"id":1}', '{"id":"a","name":" "}', '[1,"..",null]'])(
  'damaged storage is no reason to fail: %s',
  text => {
    const identity = new IdentityStore(storage({ 'y-harbor.person': text, 'y-harbor.rooms': text }))
    expect(identity.person.get()).toBeNull()
    expect(identity.rooms.get()).toEqual([])
  },
)
