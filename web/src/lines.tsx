import { type ReactNode, useLayoutEffect, useRef } from 'react'

/**
 * What there is to say about the room. It lies over the content, at the top of a log and at the bottom of a document, so that
 * nothing jumps, and tells the page its height, so that what it lies over can be scrolled out from under it.
 */
export function Lines({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = box.current
    const place = element?.closest<HTMLElement>('main')
    if (!element || !place) return
    const resized = new ResizeObserver(() => place.style.setProperty('--lines-height', `${element.offsetHeight}px`))
    resized.observe(element)
    return () => resized.disconnect()
  }, [])
  return (
    <div className="lines-place">
      <div ref={box} className="lines">
        {children}
      </div>
    </div>
  )
}
