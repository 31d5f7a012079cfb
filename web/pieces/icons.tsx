/** Drawings of the chat's pieces, 16 units wide, in the colour of the text around them. */

import type { ReactNode } from 'react'

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

/** A sheet with a folded corner: a file. */
export const Sheet = () => (
  <Icon>
    <path d="M4 2.2h5l3 3v8.6H4zM8.8 2.4v3h3" />
  </Icon>
)

export const Download = () => (
  <Icon>
    <path d="M8 2.6v7.2M4.8 6.8 8 10l3.2-3.2M3 13.2h10" />
  </Icon>
)

export const Picture = () => (
  <Icon>
    <path d="M2.4 3.2h11.2v9.6H2.4zM2.6 11l3.2-3.4 2.6 2.8 1.8-1.8 3.2 3.2" />
    <path d="M10.6 6v.1" strokeWidth="2" />
  </Icon>
)

/** An arrow that goes round: once more. */
export const Again = () => (
  <Icon>
    <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.4v2.8h-2.8" />
  </Icon>
)

/** A face with a plus: one more reaction. */
export const SmilePlus = () => (
  <Icon>
    <path d="M12.2 8.6A5 5 0 1 1 7.4 3.8M5 10c.5.8 1.2 1.2 2.1 1.2s1.6-.4 2.1-1.2M5.6 7v.1M8.7 7v.1M12 1.8v4.4M9.8 4h4.4" />
  </Icon>
)
