/**
 * Takes the place of `react-remove-scroll` under dialogs (see `vite.config.ts`): that one writes a style sheet into the page,
 * which its Content-Security-Policy forbids. Nothing behind a dialog can scroll here: the page is as high as the window, and
 * what lies below takes no pointer.
 */

import type { ElementType, ReactNode } from 'react'

interface RemoveScrollProps {
  as?: ElementType
  children: ReactNode
}

export function RemoveScroll({ as: Element = 'div', children }: RemoveScrollProps) {
  return <Element>{children}</Element>
}
