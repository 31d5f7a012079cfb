import fc from 'fast-check'
import { expect, test } from 'vitest'
import { peopleHere, readPresence } from './presence.ts'

const state = (id: string, name: string, typing = false) => ({ person: { id, name }, typing })

test('someone with two windows is here once, and types when either does', () => {
  expect(peopleHere([state('a', 'Ada'), state('a', 'Ada', true)], 'x')).toEqual([state('a', 'Ada', true)])
})

test('oneself comes first, the others by name', () => {
  const names = peopleHere([state('c', 'Cleo'), state('b', 'Bo'), state('a', 'Ada')], 'c').map(p => p.person.name)
  expect(names).toEqual(['Cleo', 'Ada', 'Bo'])
})

test('the order of arrival makes no difference', () => {
  const states = [state('a', 'Ada'), state('a', 'A'), state('b', 'Ada'), state('c', 'Bo')]
  fc.assert(
    fc.property(fc.shuffledSubarray(states, { minLength: 4 }), shuffled => {
      expect(peopleHere(shuffled, 'c')).toEqual(peopleHere(states, 'c'))
    }),
  )
})

test('what other programs announce never throws, and is left out when it names nobody', () => {
  fc.assert(fc.property(fc.anything(), value => void peopleHere([value, { person: value }], 'a')))
  expect(readPresence({ user: { name: 'Ada' } })).toBeNull()
  expect(readPresence({ person: { id: 'a', name: 'Ada' }, typing: 'yes' })).toEqual(state('a', 'Ada'))
})

test('who says to be somebody else is who the server knows', () => {
  const lie = { person: { id: 'ada', name: 'Ada' }, typing: true, identity: { id: 'eve', name: 'Eve' } }
  expect(readPresence(lie)?.person).toEqual({ id: 'eve', name: 'Eve' })
  expect(readPresence({ ...lie, identity: { id: 'eve' } })?.person).toEqual({ id: 'eve', name: 'eve' })
  expect(readPresence({ ...lie, identity: { id: 'ada' } })?.person, 'one may call oneself anything').toEqual({
    id: 'ada',
    name: 'Ada',
  })
  expect(readPresence({ ...lie, identity: 'nonsense' })?.person).toEqual({ id: 'ada', name: 'Ada' })
})
