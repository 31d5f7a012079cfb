import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Row } from './log-rows.ts'

export interface SteadyRows {
  readonly rows: readonly Row[]
  /** Rows were put in or taken away at the start, so that the place is to be held from the end. */
  readonly isShifted: boolean
  /** Rows at the start are still to go, once nobody scrolls down any more. */
  readonly isHeld: boolean
}

/** Whoever has not scrolled for so long stands still: a little longer than the list takes to notice. */
const stillMs = 200
/** Whoever goes back by so much does not scroll down: rows that are measured move the place by less. */
const backPx = 400

/**
 * Rows as the list can take them. It holds the place of its reader from the start or from the end of the rows, but not
 * while both change, as they do when a page comes at one end and another goes at the other. Then the start changes first,
 * and the end before anything is painted.
 *
 * Once it holds a place from the end it goes on with that until nobody scrolls any more. Under somebody who scrolls down,
 * each row that is measured then would move what they read: for as long as they do, rows at the start stay.
 */
export function useSteadyRows(rows: readonly Row[], box: RefObject<HTMLElement | null>): SteadyRows {
  const [, again] = useState(0)
  const isGoingDown = useRef(false)
  const shown = useRef<SteadyRows & { readonly of: readonly Row[] }>({
    rows,
    of: rows,
    isShifted: false,
    isHeld: false,
  })
  const { current: before } = shown
  const isDone = before.of === rows && (before.rows === rows || (before.isHeld && isGoingDown.current))
  if (!isDone) shown.current = { ...nextRows(before.rows, rows, !isGoingDown.current), of: rows }
  const { current } = shown
  useLayoutEffect(() => {
    if (current.rows !== rows && !current.isHeld) again(n => n + 1)
  }, [current, rows])

  useEffect(() => {
    const element = box.current
    if (element === null) return
    let farthest = element.scrollTop
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = () => {
      isGoingDown.current = false
      farthest = element.scrollTop
      if (shown.current.isHeld) again(n => n + 1)
    }
    const scrolled = () => {
      clearTimeout(timer)
      timer = setTimeout(stop, stillMs)
      if (element.scrollTop > farthest) isGoingDown.current = true
      farthest = Math.max(farthest, element.scrollTop)
      if (element.scrollTop < farthest - backPx) stop()
    }
    element.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      clearTimeout(timer)
      element.removeEventListener('scroll', scrolled)
    }
  }, [box])
  return current
}

/** What is shown after `before` on the way to `rows`; rows at the start go only when they may. */
export function nextRows(before: readonly Row[], rows: readonly Row[], mayGo = true): SteadyRows {
  // Of a log that comes the end is wanted, and a place held from the end is there without drawing the start first.
  if (before.length === 0) return { rows, isShifted: true, isHeld: false }
  const places = new Map(rows.map((row, i) => [row.key, i]))
  const firstKept = before.findIndex(isKept)
  const first = firstMessage(rows)
  // Nothing stays, or the same message is the first: whatever else changes lies behind it.
  if (firstKept < 0 || firstMessage(before) === first) return { rows, isShifted: false, isHeld: false }
  if (!mayGo && before[firstKept]?.key === first) {
    return { rows: [...before.slice(0, firstKept), ...rows.slice(places.get(first))], isShifted: false, isHeld: true }
  }
  const lastKept = before.findLastIndex(isKept)
  const lastPlace = places.get(before[lastKept]?.key ?? '') ?? -1
  if (lastKept === before.length - 1 && lastPlace === rows.length - 1) return { rows, isShifted: true, isHeld: false }
  const partly = [...rows.slice(0, lastPlace + 1), ...before.slice(lastKept + 1)]
  return { rows: partly, isShifted: true, isHeld: false }

  /** Lines between messages come and go with what is around them. */
  function isKept(row: Row): boolean {
    return row.kind === 'message' && places.has(row.key)
  }
}

function firstMessage(rows: readonly Row[]): string | undefined {
  return rows.find(row => row.kind === 'message')?.key
}
