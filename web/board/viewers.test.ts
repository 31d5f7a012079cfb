import { expect, test } from 'vitest'
import { readViewers } from './viewers.ts'

const ada = { id: 'a', name: 'Ada' }
const lin = { id: 'l', name: 'Lin' }

test('everybody but oneself stands at the card they look at, once, however many windows they have', () => {
  const states = [
    { person: ada, card: 'one' },
    { person: lin, card: 'one' },
    { person: lin, card: 'one' },
    { person: lin, card: 'two' },
    { person: { id: 'm', name: 'Mo' }, card: 'one' },
  ]
  expect(readViewers(states, 'a')).toEqual([
    ['one', [lin, { id: 'm', name: 'Mo' }]],
    ['two', [lin]],
  ])
})

test('what other programs announce in another shape is nobody’s look', () => {
  const states = [
    null,
    'x',
    { card: 'one' },
    { person: lin },
    { person: lin, card: 5 },
    { person: lin, card: 'x'.repeat(65) },
  ]
  expect(readViewers(states, 'a')).toEqual([])
})
