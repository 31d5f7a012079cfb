import { describe, expect, it } from 'vitest'
import { newMessage } from '../chat/message.ts'
import { type Shown, showMessage } from '../chat/shown.ts'
import { type Row, rowsOf } from './log-rows.ts'
import { nextRows } from './use-steady-rows.ts'

const dayMs = 86_400_000

/** Messages `from` to before `to`, ten a day. */
function rows(from: number, to: number): readonly Row[] {
  const log = Array.from({ length: to - from }, (_, i) => shown(from + i))
  return rowsOf(log, null, at => String(Math.floor(at / dayMs)))
}

function shown(n: number): Shown {
  const author = { id: 'ada', name: 'Ada' }
  const message = newMessage({ id: `m${n}`, author, text: `${n}`, at: (n * dayMs) / 10 })
  return showMessage({ message, client: 1, clock: n }, 0, [], [])
}

describe('rows on their way to the list', () => {
  it('come at the end without a shift', () => {
    const now = rows(10, 40)
    expect(nextRows(rows(10, 30), now)).toEqual({ rows: now, isShifted: false, isHeld: false })
  })

  it('go from the end without a shift', () => {
    const now = rows(10, 20)
    expect(nextRows(rows(10, 30), now)).toEqual({ rows: now, isShifted: false, isHeld: false })
  })

  it('come and go at the start with a shift', () => {
    for (const from of [0, 5, 15, 25]) {
      const now = rows(from, 30)
      expect(nextRows(rows(10, 30), now), `from ${from}`).toEqual({ rows: now, isShifted: true, isHeld: false })
    }
  })

  it('change at the start first when both ends change, and then at the end', () => {
    for (const [from, to] of [
      [0, 20],
      [0, 40],
      [15, 40],
      [15, 25],
    ] as const) {
      const before = rows(10, 30)
      const now = rows(from, to)
      const first = nextRows(before, now)
      expect(first.isShifted).toBe(true)
      expect(first.rows.at(-1)).toEqual(before.at(-1))
      expect(first.rows.length - before.length, 'what changed at the start').toBe(rows(from, 30).length - before.length)
      expect(nextRows(first.rows, now)).toEqual({ rows: now, isShifted: false, isHeld: false })
    }
  })

  it('stay at the start while somebody scrolls down, whatever else happens, and go when they may', () => {
    const before = rows(0, 30)
    const held = nextRows(before, rows(10, 40), false)
    expect(held).toMatchObject({ isShifted: false, isHeld: true })
    const ids = (of: readonly Row[]) => of.flatMap(({ kind, key }) => (kind === 'message' ? [key] : []))
    expect(ids(held.rows)).toEqual(ids(rows(0, 40)))
    expect(held.rows.slice(0, 10)).toEqual(before.slice(0, 10))
    const later = nextRows(held.rows, rows(20, 50), false)
    expect(ids(later.rows)).toEqual(ids(rows(0, 50)))
    expect(nextRows(later.rows, rows(20, 50))).toEqual({ rows: rows(20, 50), isShifted: true, isHeld: false })
  })

  it('come at the start although somebody scrolls down', () => {
    const now = rows(0, 30)
    expect(nextRows(rows(10, 30), now, false)).toEqual({ rows: now, isShifted: true, isHeld: false })
  })

  it('come with a shift where there were none, so that the end of a log is drawn and its start is not', () => {
    const now = rows(0, 500)
    expect(nextRows([], now)).toEqual({ rows: now, isShifted: true, isHeld: false })
  })

  it('are simply others when nothing stays', () => {
    const now = rows(100, 120)
    expect(nextRows(rows(10, 30), now)).toEqual({ rows: now, isShifted: false, isHeld: false })
  })
})
