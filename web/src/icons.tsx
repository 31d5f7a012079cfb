/** The few drawings of the page, 16 units wide, in the colour of the text around them. */

import type { ReactNode } from 'react'

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

export const Clock = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.75" />
    <path d="M8 4.9V8l2.1 1.5" />
  </Icon>
)

export const Tick = () => (
  <Icon>
    <path d="m3.2 8.6 3 3.1 6.6-7" />
  </Icon>
)

export const Ticks = () => (
  <Icon>
    <path d="m1 8.6 3 3.1 6.6-7M7.3 10.9l.8.8 6.6-7" />
  </Icon>
)

/** A cloud with a stroke through it. */
export const Cloud = () => (
  <Icon>
    <path d="M5 4.6a4 4 0 0 1 6.9 2.2A2.9 2.9 0 0 1 13 12m-2.2.2H4.4A2.8 2.8 0 0 1 3.7 6.7M2.2 2.2l11.6 11.6" />
  </Icon>
)

export const Problem = () => (
  <Icon>
    <path d="M8 2.2 14.2 13H1.8zM8 6.4v3" />
    <path d="M8 11.2v.1" />
  </Icon>
)

export const ArrowUp = () => (
  <Icon>
    <path d="M8 13V3.2M3.8 7.3 8 3.1l4.2 4.2" />
  </Icon>
)

export const ArrowDown = () => (
  <Icon>
    <path d="M8 3v9.8M3.8 8.7 8 12.9l4.2-4.2" />
  </Icon>
)

export const ArrowBack = () => (
  <Icon>
    <path d="M13 8H3.2M7.3 3.8 3.1 8l4.2 4.2" />
  </Icon>
)

export const People = () => (
  <Icon>
    <circle cx="6" cy="5.4" r="2.4" />
    <path d="M1.8 13c.3-2.3 1.9-3.6 4.2-3.6s3.9 1.3 4.2 3.6M10.6 3.2a2.4 2.4 0 0 1 0 4.5M12 9.8c1.3.5 2 1.6 2.2 3.2" />
  </Icon>
)
