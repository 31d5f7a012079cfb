import { useEffect, useRef, useState } from 'react'
import type { Shown } from '../chat/shown.ts'
import { words } from '../words/words.ts'

/** Says aloud what others write while one is here: the log itself also changes when one scrolls. */
export function Announcer({ log, self }: { log: readonly Shown[]; self: string }) {
  const [said, say] = useState('')
  const latest = useRef<number | null>(null)
  useEffect(() => {
    const last = log.at(-1)
    if (last === undefined) return
    const since = latest.current
    latest.current = Math.max(since ?? 0, last.message.at)
    if (since === null) return
    const fresh = log.filter(({ message }) => message.at > since && message.author.id !== self)
    if (fresh.length === 0) return
    say(
      fresh.length > 3
        ? words.log.fresh(fresh.length)
        : fresh
            .map(({ message, text }) => words.log.said(message.author.name || words.log.nameless, text.slice(0, 300)))
            .join('\n'),
    )
  }, [log, self])
  return (
    <p className="hidden" aria-live="polite">
      {said}
    </p>
  )
}
