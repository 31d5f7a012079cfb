import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { Virtualizer, type VirtualizerHandle } from 'virtua'
import { compareShown, type Shown } from '../chat/shown.ts'
import { localDay } from '../chat/timeline.ts'
import { words } from '../words/words.ts'
import { ArrowDown } from './icons.tsx'
import { type Row, rowsOf } from './log-rows.ts'
import { dayName } from './times.ts'
import { useSteadyRows } from './use-steady-rows.ts'
import { useSticking } from './use-sticking.ts'

export interface LogViewHandle {
  toLatest(): void
  focus(): void
  /** Brings a message that is loaded into view, and marks it for a moment. */
  show(id: string): void
}

interface LogViewProps {
  ref: Ref<LogViewHandle>
  label: string
  log: readonly Shown[]
  /** The newest page, which may not be part of the log. */
  newest: readonly Shown[]
  self: string
  /** The id of the first message that was not read when the reader came. */
  firstUnread: string | null
  /** Earlier or later messages exist that are not loaded. */
  hasEarlier: boolean
  hasLater: boolean
  loadEarlier(): void
  loadLater(): void
  /** The reader wants the end, which may not be loaded. */
  showLatest(): void
  /** What this browser kept is still being read. */
  isLoading: boolean
  /** The reader sees the end of the log. */
  reachedEnd(isAtEnd: boolean): void
  /** In place of an empty log. */
  empty: ReactNode
  children(shown: Shown, isFirst: boolean): ReactNode
}

/** More messages are loaded when the reader is this near to the edge of what is. */
const nearEdgePx = 1_200

/** The conversation. It stays at its end while one is there, and never moves under a reader who is not. */
export function LogView(props: LogViewProps) {
  const { ref, log, firstUnread, hasEarlier, hasLater, isLoading, empty, children } = props
  const allRows = useMemo(() => rowsOf(log, firstUnread, localDay), [log, firstUnread])
  const box = useRef<HTMLDivElement>(null)
  const { rows, isShifted } = useSteadyRows(allRows, box)
  const list = useRef<VirtualizerHandle>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const [marked, setMarked] = useState<string | null>(null)
  const [wanted, setWanted] = useState<string | null>(null)
  const sticking = useSticking(box)
  const top = useTopMargin()
  const unseen = useUnseen(props, isAtEnd)
  const now = Date.now()

  const toLatest = () => {
    setWanted(null)
    setAtEnd(true)
    if (hasLater) props.showLatest()
    sticking.stick()
  }
  useImperativeHandle(ref, () => ({ toLatest, show: setWanted, focus: () => box.current?.focus() }))

  useEffect(() => {
    if (marked === null) return
    const timer = setTimeout(() => setMarked(null), 2_000)
    return () => clearTimeout(timer)
  }, [marked])

  // Its page and the ones around it come first: a list in which rows come above while it goes to one does not arrive there.
  useLayoutEffect(() => {
    if (wanted === null || isLoading) return
    const index = rows.findIndex(row => row.kind === 'message' && row.key === wanted)
    if (index < 0) {
      setWanted(null)
      return
    }
    sticking.letGo()
    list.current?.scrollToIndex(index, { align: 'center' })
    setMarked(wanted)
  }, [wanted, rows, isLoading, sticking])

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new at the end is scrolled to
  useLayoutEffect(() => {
    if (!hasLater) sticking.hold()
  }, [rows, hasLater, sticking])

  const loadNearEdges = () => {
    const element = box.current
    if (element === null || isLoading || wanted !== null) return
    if (hasEarlier && element.scrollTop < nearEdgePx) props.loadEarlier()
    else if (hasLater && element.scrollHeight - element.scrollTop - element.clientHeight < nearEdgePx) props.loadLater()
  }
  // A page that is not as high as the window is followed by the one before it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: after every change of what is loaded
  useEffect(loadNearEdges, [rows, hasEarlier, hasLater, isLoading, wanted])

  const scrolled = () => {
    setAtEnd(sticking.scrolled(hasLater))
    if (wanted !== null && messagesInView(box.current).some(({ dataset }) => dataset.message === wanted)) {
      setWanted(null)
      return
    }
    loadNearEdges()
  }
  const { reachedEnd } = props
  useEffect(() => reachedEnd(isAtEnd && !hasLater), [isAtEnd, hasLater, reachedEnd])

  // What is in view already does not scroll, and nothing else says that one has arrived: two frames later it would have.
  const arrive = useRef(scrolled)
  useLayoutEffect(() => {
    arrive.current = scrolled
  })
  useEffect(() => {
    if (wanted === null || isLoading) return
    const look = () => {
      if (messagesInView(box.current).some(({ dataset }) => dataset.message === wanted)) arrive.current()
    }
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(look)
    })
    return () => cancelAnimationFrame(frame)
  }, [wanted, isLoading])

  const press = (event: KeyboardEvent) => {
    if (event.target !== box.current) return
    if (event.key === 'End') {
      event.preventDefault()
      toLatest()
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const seen = messagesInView(box.current)
      const next = event.key === 'ArrowUp' ? seen.at(-1) : seen[0]
      if (next === undefined) return
      event.preventDefault()
      next.focus()
    }
  }

  return (
    <div className="log-place">
      <div
        ref={box}
        className="log"
        role="log"
        aria-live="off"
        aria-label={props.label}
        aria-busy={isLoading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onKeyDown={press}
        onScroll={scrolled}
        // Whoever turns away from where they are being taken is not held.
        onWheel={() => setWanted(null)}
        onTouchMove={() => setWanted(null)}
      >
        <div className="log-top" />
        {log.length === 0 && empty}
        <div className="log-rows">
          <Virtualizer ref={list} scrollRef={box} shift={isShifted} startMargin={top} bufferSize={600} data={rows}>
            {row => (
              <RowView key={row.key} row={row} now={now} isMarked={row.key === marked}>
                {children}
              </RowView>
            )}
          </Virtualizer>
        </div>
      </div>
      {(!isAtEnd || hasLater) && log.length > 0 && (
        <button type="button" className="log-latest" onClick={toLatest}>
          <ArrowDown />
          {unseen > 0 ? words.log.fresh(unseen) : words.log.latest}
        </button>
      )}
    </div>
  )
}

interface RowViewProps {
  row: Row
  now: number
  isMarked: boolean
  children(shown: Shown, isFirst: boolean): ReactNode
}

function RowView({ row, now, isMarked, children }: RowViewProps) {
  if (row.kind === 'day') {
    return (
      <h2 className="day-name">
        <span>{dayName(row.at, now)}</span>
      </h2>
    )
  }
  if (row.kind === 'unread') {
    return (
      <p className="unread-line">
        <span>{words.log.unread}</span>
      </p>
    )
  }
  return (
    <div className="row" data-marked={isMarked || undefined}>
      {children(row.shown, row.isFirst)}
    </div>
  )
}

function messagesInView(box: HTMLElement | null): readonly HTMLElement[] {
  if (box === null) return []
  const { top, bottom } = box.getBoundingClientRect()
  return [...box.querySelectorAll<HTMLElement>('[data-message]')].filter(message => {
    const place = message.getBoundingClientRect()
    return place.bottom > top && place.top < bottom
  })
}

/** Messages of others that came since the reader left the end, wherever they read now. */
function useUnseen({ log, newest, self, hasLater }: LogViewProps, isAtEnd: boolean): number {
  const [left, setLeft] = useState<Shown | null>(null)
  const last = useRef<Shown | undefined>(undefined)
  useEffect(() => {
    setLeft(isAtEnd ? null : (last.current ?? null))
  }, [isAtEnd])
  // What was there when the reader left, and not the end of what is loaded somewhere else.
  useEffect(() => {
    if (isAtEnd && !hasLater) last.current = log.at(-1)
  }, [log, isAtEnd, hasLater])
  return useMemo(() => {
    if (left === null) return 0
    const fresh = (hasLater ? newest : log).filter(shown => compareShown(shown, left) > 0)
    return fresh.filter(({ message }) => message.author.id !== self).length
  }, [log, newest, hasLater, left, self])
}

/** The room over the first row, which grows with the lines that lie over the log. */
function useTopMargin(): number {
  const [height, setHeight] = useState(40)
  useLayoutEffect(() => {
    const element = document.querySelector('.log-top')
    if (element === null) return
    const resized = new ResizeObserver(() => setHeight(element.clientHeight))
    resized.observe(element)
    return () => resized.disconnect()
  }, [])
  return height
}
