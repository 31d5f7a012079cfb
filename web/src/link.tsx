import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react'
import { go } from './route.ts'

/** A link within the page: follows without a reload, and stays an ordinary link for every other kind of click. */
export function Link({
  href,
  ...rest
}: { href: string; children: ReactNode } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}
