/** Cards and columns by pointer: what is dragged over what, and the line that says where it would go. */

import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { attachClosestEdge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { type RefObject, useEffect } from 'react'

export interface Thing {
  readonly kind: 'card' | 'column'
  readonly id: string
}

export interface Drop {
  readonly dragged: Thing
  readonly target: Thing
  /** Whether it goes behind the target, of its kind; a card that is dropped on a column goes to its end. */
  readonly isAfter: boolean
}

/** A card: the whole of it is held, and what is dropped on its place goes before or after it. */
export function useCardDragging(
  place: RefObject<HTMLElement | null>,
  held: RefObject<HTMLElement | null>,
  id: string,
  isOff: boolean,
): void {
  useEffect(() => {
    const [target, element] = [place.current, held.current]
    if (isOff || target === null || element === null) return
    const over = ({ self, source }: Over) => {
      mark(target, 'edge', source.data.id === id ? null : extractClosestEdge(self.data))
    }
    return combine(
      draggable({
        element,
        getInitialData: () => ({ kind: 'card', id }),
        onDragStart: () => mark(target, 'dragged', ''),
        onDrop: () => mark(target, 'dragged', null),
      }),
      dropTargetForElements({
        element: target,
        canDrop: ({ source }) => source.data.kind === 'card',
        getData: ({ input, element }) =>
          attachClosestEdge({ kind: 'card', id }, { input, element, allowedEdges: ['top', 'bottom'] }),
        onDragEnter: over,
        onDrag: over,
        onDragLeave: () => mark(target, 'edge', null),
        onDrop: () => mark(target, 'edge', null),
      }),
    )
  }, [place, held, id, isOff])
}

/** A column: it is held by its head, columns go beside it and cards to its end. */
export function useColumnDragging(
  column: RefObject<HTMLElement | null>,
  head: RefObject<HTMLElement | null>,
  id: string | null,
  isOff: boolean,
): void {
  useEffect(() => {
    const element = column.current
    const dragHandle = head.current
    if (isOff || id === null || element === null || dragHandle === null) return
    const over = ({ self, source, location }: Over) => {
      const isInnermost = location.current.dropTargets[0]?.element === element
      const edge = source.data.kind === 'card' ? 'end' : extractClosestEdge(self.data)
      mark(element, 'edge', isInnermost && source.data.id !== id ? edge : null)
    }
    return combine(
      draggable({
        element,
        dragHandle,
        getInitialData: () => ({ kind: 'column', id }),
        onDragStart: () => mark(element, 'dragged', ''),
        onDrop: () => mark(element, 'dragged', null),
      }),
      dropTargetForElements({
        element,
        getData: ({ input, element, source }) =>
          source.data.kind === 'column'
            ? attachClosestEdge({ kind: 'column', id }, { input, element, allowedEdges: ['left', 'right'] })
            : { kind: 'column', id },
        onDragEnter: over,
        onDrag: over,
        onDragLeave: () => mark(element, 'edge', null),
        onDrop: () => mark(element, 'edge', null),
      }),
    )
  }, [column, head, id, isOff])
}

/** Everything that is dropped on the board; near its edges the board scrolls. `dropped` is always the newest. */
export function useDrops(board: RefObject<HTMLElement | null>, dropped: RefObject<(drop: Drop) => void>): void {
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => thingOf(source.data) !== null,
        onDrag: ({ location }) => {
          const { clientX, clientY } = location.current.input
          if (board.current !== null) scrollNear(board.current, 'x', clientX)
          for (const { element } of location.current.dropTargets) {
            const list = element.querySelector('.board-cards')
            if (list !== null) scrollNear(list, 'y', clientY)
          }
        },
        onDrop: ({ source, location }) => {
          const [innermost] = location.current.dropTargets
          const dragged = thingOf(source.data)
          const target = innermost === undefined ? null : thingOf(innermost.data)
          if (innermost === undefined || dragged === null || target === null) return
          const edge = extractClosestEdge(innermost.data)
          dropped.current({ dragged, target, isAfter: edge === 'bottom' || edge === 'right' })
        },
      }),
    [board, dropped],
  )
}

type Over = Parameters<NonNullable<Parameters<typeof dropTargetForElements>[0]['onDragEnter']>>[0]

const nearPx = 48
const scrollPx = 14

/** Called many times a second while something is held. */
function scrollNear(element: Element, axis: 'x' | 'y', at: number): void {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  const [start, end] = axis === 'x' ? [left, right] : [top, bottom]
  const by = at < start + nearPx ? -scrollPx : at > end - nearPx ? scrollPx : 0
  if (by !== 0) element.scrollBy(axis === 'x' ? by : 0, axis === 'y' ? by : 0)
}

function thingOf({ kind, id }: Record<string | symbol, unknown>): Thing | null {
  return (kind === 'card' || kind === 'column') && typeof id === 'string' ? { kind, id } : null
}

/** Straight on the element: the pointer moves more often than anything should be drawn anew. */
function mark(element: HTMLElement, name: 'edge' | 'dragged', value: string | null): void {
  if (value === null) delete element.dataset[name]
  else element.dataset[name] = value
}
