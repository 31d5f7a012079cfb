/** Keeps a scrolling log at its end while the reader is there, and still while they are not. */

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Entry } from '../chat/log.ts'

/** A reader within this many pixels of the end is at the end. */
const slackPx = 32

export interface StickToEnd {
  readonly atEnd: boolean
  /** Messages of others that arrived since the reader left the end. */
  readonly unseen: number
  toEnd(): void
  /** To be called before earlier messages are put in at the top: what is visible then stays where it is. */
  holdPlace(): void
}

export function useStickToEnd(
  box: RefObject<HTMLDivElement | null>,
  entries: readonly Entry[],
  self: string,
): StickToEnd {
  const [atEnd, setAtEnd] = useState(true)
  const [unseen, setUnseen] = useState(0)
  const sticking = useRef(true)
  const seen = useRef(new Set<string>())
  const place = useRef<{ message: string; top: number } | null>(null)

  const toEnd = useCallback(() => {
    sticking.current = true
    setAtEnd(true)
    setUnseen(0)
    const element = box.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [box])

  const holdPlace = useCallback(() => {
    const first = box.current?.querySelector<HTMLElement>('[data-message]')
    const message = first?.dataset.message
    place.current = message === undefined ? null : { message, top: topOf(box.current, message) }
  }, [box])

  useLayoutEffect(() => {
    const fresh = entries.filter(({ message }) => !seen.current.has(message.id))
    for (const { message } of fresh) seen.current.add(message.id)
    if (sticking.current) toEnd()
    else setUnseen(before => before + fresh.filter(({ message }) => message.author.id !== self).length)
  }, [entries, self, toEnd])

  // After every render, since the earlier messages may come with any of them.
  useLayoutEffect(() => {
    const element = box.current
    if (element === null || place.current === null) return
    // By its id: its group may have been rendered anew under an earlier message.
    element.scrollTop += topOf(element, place.current.message) - place.current.top
    place.current = null
  })

  useEffect(() => {
    const element = box.current
    if (element === null) return
    const scrolled = () => {
      const now = element.scrollHeight - element.scrollTop - element.clientHeight <= slackPx
      sticking.current = now
      setAtEnd(now)
      if (now) setUnseen(0)
    }
    // The box shrinks when a keyboard opens or the composer grows, and its content grows under a new line at the top; the
    // end must stay in view.
    const resized = new ResizeObserver(() => {
      if (sticking.current) element.scrollTop = element.scrollHeight
    })
    element.addEventListener('scroll', scrolled, { passive: true })
    resized.observe(element)
    if (element.firstElementChild !== null) resized.observe(element.firstElementChild)
    return () => {
      element.removeEventListener('scroll', scrolled)
      resized.disconnect()
    }
  }, [box])

  return { atEnd, unseen, toEnd, holdPlace }
}

function topOf(box: HTMLElement | null, message: string): number {
  return box?.querySelector(`[data-message="${CSS.escape(message)}"]`)?.getBoundingClientRect().top ?? 0
}
