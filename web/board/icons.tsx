/** The drawings of the board, like those of the page. */

import type { ReactNode } from 'react'

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

export const Undo = () => (
  <Icon>
    <path d="M5.6 3 2.6 6l3 3M2.8 6h6.6a3.6 3.6 0 0 1 0 7.2H6.6" />
  </Icon>
)

export const Redo = () => (
  <Icon>
    <path d="m10.4 3 3 3-3 3M13.2 6H6.6a3.6 3.6 0 0 0 0 7.2h2.8" />
  </Icon>
)

export const ArrowRight = () => (
  <Icon>
    <path d="M3 8h9.8M8.7 3.8 12.9 8l-4.2 4.2" />
  </Icon>
)

export const ArrowLeft = () => (
  <Icon>
    <path d="M13 8H3.2M7.3 3.8 3.1 8l4.2 4.2" />
  </Icon>
)

/** A page with lines on it. */
export const Sheet = () => (
  <Icon>
    <path d="M3 4h10M3 8h10M3 12h6" />
  </Icon>
)

export const Circle = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.8" />
  </Icon>
)

export const CircleDone = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.8" fill="currentColor" />
    <path className="board-done-tick" d="m5.4 8.2 1.9 1.9 3.4-3.9" />
  </Icon>
)

export const Person = () => (
  <Icon>
    <circle cx="8" cy="5.2" r="2.5" />
    <path d="M3.2 13.2c.3-2.5 2.1-3.9 4.8-3.9s4.5 1.4 4.8 3.9" />
  </Icon>
)

/** Three columns of different height. */
export const Columns = () => (
  <Icon>
    <path d="M2.2 3h2.9v10H2.2zM6.6 3h2.9v6.4H6.6zM11 3h2.9v8.2H11z" />
  </Icon>
)
