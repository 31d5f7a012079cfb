import { type ReactNode, useLayoutEffect, useRef } from 'react'

/**
 * What there is to say about the room. It lies over the top of the log, so that nothing jumps, and tells the
 * conversation its height, so that the first message can be read below it.
 */
export function Lines({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = box.current
    const place = element?.closest<HTMLElement>('.conversation')
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
