import { expect, test } from 'vitest'
import { browserStorage, IdentityStore, type KeyValue, storageOf } from './identity.ts'

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

test('whom the server knows has that id, whatever the browser remembers, and may choose another name', () => {
  const subject = { id: 'ada', name: 'Ada' }
  const store = storage({ 'y-harbor.person': '{"id":"random","name":"Somebody"}' })
  const identity = new IdentityStore(store, subject)
  expect(identity.person.get()).toEqual(subject)
  identity.rename('Ada L.')
  expect(new IdentityStore(store, subject).person.get()).toEqual({ id: 'ada', name: 'Ada L.' })
})

test('whom the server knows without a name is asked for one', () => {
  const identity = new IdentityStore(storage(), { id: 'ada', name: '' })
  expect(identity.person.get()).toBeNull()
  identity.rename('Ada')
  expect(identity.person.get()).toEqual({ id: 'ada', name: 'Ada' })
})

test('two people who share a browser share nothing of what it remembers', () => {
  const shared = storage()
  const ada = storageOf(shared, { id: 'ada', name: '' })
  const lin = storageOf(shared, { id: 'lin', name: '' })
  ada.setItem('draft', 'secret')
  expect([ada.getItem('draft'), lin.getItem('draft'), shared.getItem('draft')]).toEqual(['secret', null, null])
  ada.removeItem('draft')
  expect(ada.getItem('draft')).toBeNull()
})

test('whoever called themselves something before is called that, when the server does not know better', () => {
  const before = storage({ 'y-harbor.person': '{"id":"random","name":"Max"}' })
  expect(new IdentityStore(storage(), { id: 'ada', name: '' }, before).person.get()).toEqual({ id: 'ada', name: 'Max' })
  expect(new IdentityStore(storage(), { id: 'ada', name: 'Ada' }, before).person.get()?.name).toBe('Ada')
})

test('what another window of the browser has written since is what is read', () => {
  const shared = storage()
  const [one, two] = [browserStorage(() => shared as Storage), browserStorage(() => shared as Storage)]
  one.setItem('key', 'one')
  two.setItem('key', 'two')
  expect(one.getItem('key')).toBe('two')
})
