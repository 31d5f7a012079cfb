import { useEffect, useRef } from 'react'

export interface Shortcuts {
  switcher(): void
  keys(): void
  unread(): void
}

/** Keys that work everywhere in the page. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts)
  useEffect(() => {
    latest.current = shortcuts
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented) return
      const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      if (isCommand && event.key.toLowerCase() === 'k') latest.current.switcher()
      else if (event.altKey && !event.ctrlKey && event.key === 'u') latest.current.unread()
      else if (event.key === '?' && !isWriting(event.target)) latest.current.keys()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

/** Whether a key that is pressed there is a letter of something. */
export function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
