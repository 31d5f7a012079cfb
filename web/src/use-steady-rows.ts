import { useLayoutEffect, useRef, useState } from 'react'
import type { Row } from './log-rows.ts'

export interface SteadyRows {
  readonly rows: readonly Row[]
  /** Rows were put in or taken away at the start, so that the place is to be held from the end. */
  readonly isShifted: boolean
}

/**
 * Rows as the list can take them. It holds the place of its reader from the start or from the end of the rows, but not
 * while both change, as they do when a page comes at one end and another goes at the other. Then the start changes first,
 * and the end before anything is painted.
 */
export function useSteadyRows(rows: readonly Row[]): SteadyRows {
  const [, again] = useState(0)
  const shown = useRef<SteadyRows>({ rows, isShifted: false })
  if (shown.current.rows !== rows) shown.current = nextRows(shown.current.rows, rows)
  const { current } = shown
  useLayoutEffect(() => {
    if (current.rows !== rows) again(n => n + 1)
  }, [current, rows])
  return current
}

/** What is shown after `before` on the way to `rows`. */
export function nextRows(before: readonly Row[], rows: readonly Row[]): SteadyRows {
  const places = new Map(rows.map((row, i) => [row.key, i]))
  const firstKept = before.findIndex(isKept)
  // Of a log that comes the end is wanted, and a place held from the end is there without drawing the start first.
  if (before.length === 0) return { rows, isShifted: true }
  // Nothing stays, or the same message is the first: whatever else changes lies behind it.
  if (firstKept < 0 || firstMessage(before) === firstMessage(rows)) return { rows, isShifted: false }
  const lastKept = before.findLastIndex(isKept)
  const lastPlace = places.get(before[lastKept]?.key ?? '') ?? -1
  if (lastKept === before.length - 1 && lastPlace === rows.length - 1) return { rows, isShifted: true }
  return { rows: [...rows.slice(0, lastPlace + 1), ...before.slice(lastKept + 1)], isShifted: true }

  /** Lines between messages come and go with what is around them. */
  function isKept(row: Row): boolean {
    return row.kind === 'message' && places.has(row.key)
  }
}

function firstMessage(rows: readonly Row[]): string | undefined {
  return rows.find(row => row.kind === 'message')?.key
}
