import { type KeyboardEvent, type PointerEvent, useEffect, useState } from 'react'
import type { KeyValue } from './identity.ts'

interface ResizerProps {
  label: string
  /** The custom property of the layout that it sets, in pixels, and under which it is remembered. */
  name: '--sidebar-width' | '--details-width'
  /** On which side of it the column lies that it makes wider. */
  column: 'before' | 'after'
  initial: number
  least: number
  most: number
  storage: KeyValue
}

const stepPx = 16

/** The edge of a column, to be moved by pointer or arrow keys. A double click puts it back. */
export function Resizer({ label, name, column, initial, least, most, storage }: ResizerProps) {
  const key = `y-harbor.${name.slice(2)}`
  const [width, setWidth] = useState(() => within(Number(storage.getItem(key) ?? initial), least, most, initial))

  useEffect(() => {
    document.documentElement.style.setProperty(name, `${width}px`)
    if (width === initial) storage.removeItem(key)
    else storage.setItem(key, String(width))
  }, [width, name, key, initial, storage])

  const resize = (to: number) => setWidth(within(to, least, most, initial))
  /** In reading direction: a column after the edge grows the other way. */
  const sign =
    (column === 'before' ? 1 : -1) * (getComputedStyle(document.documentElement).direction === 'rtl' ? -1 : 1)

  const drag = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return
    event.preventDefault()
    const from = event.clientX
    const edge = event.currentTarget
    edge.setPointerCapture(event.pointerId)
    const move = (moved: globalThis.PointerEvent) => resize(width + (moved.clientX - from) * sign)
    edge.addEventListener('pointermove', move)
    edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', move), { once: true })
  }
  const press = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: stepPx * sign, ArrowLeft: -stepPx * sign }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    resize(width + step)
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be moved
    <div
      className="resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={press}
      onDoubleClick={() => resize(initial)}
    />
  )
}

function within(width: number, least: number, most: number, otherwise: number): number {
  return Number.isFinite(width) ? Math.round(Math.min(most, Math.max(least, width))) : otherwise
}
