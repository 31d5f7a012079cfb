import { type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'

/** A reader within this many pixels of the end is at the end. */
const slackPx = 32

export interface Sticking {
  /** To the end, and there from now on. */
  stick(): void
  /** Stays where it is. */
  letGo(): void
  /** After a scroll: whether the reader is at the end. They are not where `hasLater` says that there is more to come. */
  scrolled(hasLater: boolean): boolean
  /** To the end again, if that is where the reader is. */
  hold(): void
}

/**
 * Keeps a box at its end for as long as its reader is there. Rows that are measured and pictures that come make the box
 * scroll as well, and the event does not tell who scrolled: the reader did when nothing has changed its size since, or when
 * they turned, pressed or touched something that scrolls.
 */
export function useSticking(box: RefObject<HTMLElement | null>): Sticking {
  const isSticking = useRef(true)
  /** The reader may have begun to leave the end. */
  const isTouched = useRef(false)
  const sizes = useRef('')

  const sticking = useMemo<Sticking>(() => {
    const toEnd = () => {
      const element = box.current
      if (element === null) return
      element.scrollTop = element.scrollHeight
      sizes.current = sizesOf(element)
    }
    return {
      stick: () => {
        isSticking.current = true
        isTouched.current = false
        toEnd()
      },
      hold: () => {
        if (isSticking.current) toEnd()
      },
      letGo: () => {
        isSticking.current = false
      },
      scrolled: hasLater => {
        const element = box.current
        if (element === null) return true
        const isThere = !hasLater && element.scrollHeight - element.scrollTop - element.clientHeight <= slackPx
        const isResized = sizes.current !== sizesOf(element)
        sizes.current = sizesOf(element)
        if (isThere) isTouched.current = false
        if (!isThere && !hasLater && isSticking.current && isResized && !isTouched.current) toEnd()
        else isSticking.current = isThere
        return isSticking.current
      },
    }
  }, [box])

  useEffect(() => {
    const element = box.current
    if (element === null) return
    const touch = (event: Event) => {
      if (mayLeave(event, element)) isTouched.current = true
    }
    const events = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const
    for (const name of events) element.addEventListener(name, touch, { passive: true })
    return () => {
      for (const name of events) element.removeEventListener(name, touch)
    }
  }, [box])

  // The box shrinks when a keyboard opens or the composer grows, and rows grow when they are measured or a picture comes.
  const watch = useCallback(() => {
    const element = box.current
    const content = element?.querySelector('.log-rows')
    if (!element || !content) return
    const resized = new ResizeObserver(sticking.hold)
    resized.observe(element)
    resized.observe(content)
    return () => resized.disconnect()
  }, [box, sticking])
  useEffect(watch, [watch])
  return sticking
}

function sizesOf({ scrollHeight, clientHeight }: HTMLElement): string {
  return `${scrollHeight} ${clientHeight}`
}

const keysUp = new Set(['ArrowUp', 'PageUp', 'Home', ' '])

function mayLeave(event: Event, box: HTMLElement): boolean {
  if (event instanceof WheelEvent) return event.deltaY < 0
  if (event instanceof KeyboardEvent) return keysUp.has(event.key)
  // Of what is pressed, only the scroll bar scrolls, and that is the box itself.
  return event.type === 'touchmove' || event.target === box
}
