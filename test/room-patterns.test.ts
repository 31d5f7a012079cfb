import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestAccess, isRoomPattern, matches, type RoomRule } from '../server/room-patterns.ts'

describe('K3: a pattern means the rooms it says, and no others', () => {
  test.each([
    ['notes/today', ['notes/today'], ['notes/toda', 'notes/today/', 'notes/Today', 'x/notes/today', 'notes']],
    ['*', ['notes', 'a*b'], ['notes/today', '/']],
    ['notes/*', ['notes/today', 'notes/', 'notes/__proto__'], ['notes', 'notes/a/b', 'anotes/x', 'notes/a/']],
    ['*/today', ['notes/today', '/today'], ['today', 'a/b/today']],
    ['a*c', ['ac', 'abc', 'abbbc', 'acc'], ['a/c', 'abcd', 'bc']],
    ['**', ['notes', 'notes/today', '/', '//', 'café/林'], []],
    ['notes/**', ['notes/', 'notes/a', 'notes/a/b/c'], ['notes', 'note/a', 'xnotes/a']],
    ['**/log', ['a/log', 'a/b/log', '/log'], ['log', 'a/blog', 'a/log/b']],
    ['a/**/z', ['a/b/z', 'a/b/c/z', 'a//z'], ['a/z', 'a/b/zz']],
    ['a/*b*/**c', ['a/b/c', 'a/xbx/y/zc', 'a/bb/cc'], ['a/x/c', 'a/x/b/c', 'a/b/cx']],
    ['***', ['notes/today'], []],
    // What stands for nothing may stand in front of what repeats itself.
    ['*a/b*', ['a/b', 'aa/b', 'xa/bc'], ['ab', 'a/', 'a/a/b']],
    ['**aab', ['aaab', 'a/aab', 'aabaab'], ['aaba']],
    // Names are data: what means something elsewhere means itself here.
    ['a.c', ['a.c'], ['abc']],
    ['[ab]?+(c)|d\\', ['[ab]?+(c)|d\\'], ['a', 'c', 'd']],
    ['../*', ['../secret'], ['secret']],
    ['__proto__', ['__proto__'], ['constructor']],
    ['café/*', ['café/ü'], ['cafe\u0301/ü']],
    ['😀*', ['😀', '😀x'], ['😁']],
  ])('%s', (pattern, meant, others) => {
    for (const room of meant) expect(matches(pattern, room), room).toBe(true)
    for (const room of others) expect(matches(pattern, room), room).toBe(false)
  })

  test('as a regular expression would have it, whatever the pattern', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '.'), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(text, text, (pattern, room) => {
        const source = pattern.replaceAll(/\*\*+|\*|[^*]/g, token => {
          if (token === '*') return '[^/]*'
          return token.startsWith('*') ? '.*' : token.replace('.', '\\.')
        })
        expect(matches(pattern, room)).toBe(new RegExp(`^${source}$`, 's').test(room))
      }),
      { numRuns: 20_000 },
    )
  })

  // A matcher that tries one way after the other would not be through with any of these in this universe.
  test.each([
    ['*a*a*a…', `${'*a'.repeat(127)}b`],
    ['**a**a**a…', `${'**a'.repeat(84)}b`],
    ['*a**a*a**a…', `${'*a**a'.repeat(50)}b`],
    ['*aaa…', `*${'a'.repeat(253)}b`],
    ['*…', '*'.repeat(255)],
  ])('a thousand hostile patterns cost no more than harmless ones: %s', (_, pattern) => {
    const [room, other] = ['a'.repeat(255), 'a/'.repeat(127)]
    const before = performance.now()
    for (let i = 0; i < 1_000; i++) {
      matches(pattern, room)
      matches(pattern, other)
    }
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})

describe('K4: the most that any pattern grants is granted, and without one nothing is', () => {
  const rules: RoomRule[] = [
    { room: '**', access: 'read' },
    { room: 'notes/*', access: 'admin' },
    { room: 'notes/**', access: 'write' },
    { room: 'notes/today', access: 'read' },
  ]

  test.each([
    ['notes/today', 'admin'],
    ['notes/a/b', 'write'],
    ['elsewhere', 'read'],
  ])('in %s: %s', (room, access) => {
    expect(bestAccess(rules, room)).toBe(access)
    expect(bestAccess(rules.toReversed(), room)).toBe(access)
    expect(bestAccess(rules.slice(1), 'elsewhere')).toBe(null)
    expect(bestAccess([], room)).toBe(null)
  })
})

test('K3: a pattern is as long as a name may be, and has no characters that no name has', () => {
  for (const good of ['*', 'a', '**/x', 'é'.repeat(127), 'x'.repeat(255)]) expect(isRoomPattern(good), good).toBe(true)
  for (const bad of ['', 'x'.repeat(256), 'é'.repeat(128), 'a\nb', '\ud800', '\u0000']) {
    expect(isRoomPattern(bad), JSON.stringify(bad)).toBe(false)
  }
})
