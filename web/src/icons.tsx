/** The few drawings of the page, 16 units wide, in the colour of the text around them. */

import type { ReactNode } from 'react'

/** What is `along` the reading direction turns with it. */
function Icon({ along = false, children }: { along?: boolean; children: ReactNode }) {
  return (
    <svg className="icon" data-along={along || undefined} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
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
  <Icon along>
    <path d="M13 8H3.2M7.3 3.8 3.1 8l4.2 4.2" />
  </Icon>
)

export const People = () => (
  <Icon>
    <circle cx="6" cy="5.4" r="2.4" />
    <path d="M1.8 13c.3-2.3 1.9-3.6 4.2-3.6s3.9 1.3 4.2 3.6M10.6 3.2a2.4 2.4 0 0 1 0 4.5M12 9.8c1.3.5 2 1.6 2.2 3.2" />
  </Icon>
)

export const Close = () => (
  <Icon>
    <path d="m4 4 8 8M12 4l-8 8" />
  </Icon>
)

export const Plus = () => (
  <Icon>
    <path d="M8 3.2v9.6M3.2 8h9.6" />
  </Icon>
)

/** Three dots: more to choose from. */
export const More = () => (
  <Icon>
    <path d="M3.5 8v.1M8 8v.1M12.5 8v.1" strokeWidth="2.2" />
  </Icon>
)

export const Pencil = () => (
  <Icon>
    <path d="m10.6 3 2.4 2.4-7.2 7.2-3 .6.6-3z" />
  </Icon>
)

export const Bin = () => (
  <Icon>
    <path d="M2.8 4.4h10.4M6.2 4.2V2.8h3.6v1.4M4.2 4.6l.6 8.6h6.4l.6-8.6M6.8 7v3.8M9.2 7v3.8" />
  </Icon>
)

export const Box = () => (
  <Icon>
    <path d="M2.2 3.2h11.6v3H2.2zM3.4 6.4v6.4h9.2V6.4M6.4 9h3.2" />
  </Icon>
)

export const Reply = () => (
  <Icon along>
    <path d="M6.4 3.4 2.6 7.2 6.4 11M2.8 7.2h6.4c2.6 0 4 1.6 4 4.4v1" />
  </Icon>
)

export const Smile = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M5.6 9.6c.6 1 1.4 1.5 2.4 1.5s1.8-.5 2.4-1.5M6 6.3v.1M10 6.3v.1" />
  </Icon>
)

export const Clip = () => (
  <Icon>
    <path d="m12.8 7.4-5 5a3 3 0 0 1-4.3-4.3l5.4-5.4a2 2 0 0 1 2.9 2.9l-5.3 5.3a1 1 0 0 1-1.5-1.4l4.7-4.7" />
  </Icon>
)

export const Search = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.2" />
    <path d="m10.2 10.2 3.4 3.4" />
  </Icon>
)

export const Copy = () => (
  <Icon>
    <path d="M5.6 5.6h7.2v7.6H5.6zM10.4 5.4V2.8H3.2v7.6h2.2" />
  </Icon>
)

export const Hash = () => (
  <Icon>
    <path d="M6.2 2.8 4.8 13.2M11.2 2.8 9.8 13.2M3 5.8h10.4M2.6 10.2H13" />
  </Icon>
)

export const Note = () => (
  <Icon>
    <path d="M3.6 2.4h6.2l2.6 2.6v8.6H3.6zM6 7.2h4M6 10h4" />
  </Icon>
)

export const Board = () => (
  <Icon>
    <path d="M2.4 3h3.2v10H2.4zM7 3h3.2v6.4H7zM11.6 3h2v8h-2z" />
  </Icon>
)

export const Gear = () => (
  <Icon>
    <circle cx="8" cy="8" r="2" />
    <path d="M8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6 5 5M11 11l1.4 1.4M12.4 3.6 11 5M5 11l-1.4 1.4" />
  </Icon>
)

/** A bell with a stroke through it. */
export const Muted = () => (
  <Icon>
    <path d="M4.4 6.4c0 2.6-.8 3.6-1.6 4.6h8M6 3.2a3.6 3.6 0 0 1 5.6 3c0 1.4.2 2.3.5 3M6.8 13h2.4M2.4 2.4l11.2 11.2" />
  </Icon>
)

export const ChevronDown = () => (
  <Icon>
    <path d="m4 6.2 4 4 4-4" />
  </Icon>
)
