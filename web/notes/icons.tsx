/** The drawings of the note's tools, 16 units wide, in the colour of the text around them. */

import type { ReactNode } from 'react'

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  )
}

export const Bold = () => (
  <Icon>
    <path d="M4.8 2.8h3.6a2.5 2.5 0 0 1 0 5H4.8zM4.8 7.8h4.3a2.7 2.7 0 0 1 0 5.4H4.8z" strokeWidth="1.9" />
  </Icon>
)

export const Italic = () => (
  <Icon>
    <path d="M6.6 2.8h5M4.4 13.2h5M9.4 2.8l-2.8 10.4" />
  </Icon>
)

export const Strike = () => (
  <Icon>
    <path d="M11.4 4.6c-.5-1.2-1.7-1.8-3.3-1.8-2 0-3.4 1-3.4 2.5 0 .9.5 1.5 1.3 2M4.4 11c.5 1.4 1.8 2.2 3.7 2.2 2.1 0 3.5-1 3.5-2.7 0-.3 0-.6-.2-.9M2.4 8h11.2" />
  </Icon>
)

export const Code = () => (
  <Icon>
    <path d="M5.2 4.4 1.8 8l3.4 3.6M10.8 4.4 14.2 8l-3.4 3.6" />
  </Icon>
)

export const Bullets = () => (
  <Icon>
    <path d="M6.4 4h7M6.4 8h7M6.4 12h7" />
    <path d="M2.8 4v.1M2.8 8v.1M2.8 12v.1" strokeWidth="2.2" />
  </Icon>
)

export const Numbers = () => (
  <Icon>
    <path
      d="M7 4h6.4M7 8h6.4M7 12h6.4M2.4 3.2l1-.6v4M2.2 10.2c.2-.6.6-.8 1-.8.6 0 1 .4 1 1 0 .9-2 1.6-2 2.9h2.2"
      strokeWidth="1.4"
    />
  </Icon>
)

export const Tasks = () => (
  <Icon>
    <path d="M8 4.4h5.4M8 11.6h5.4M2.2 4.4l1.2 1.3L5.6 3M2.4 10h3.2v3.2H2.4z" />
  </Icon>
)

export const Quote = () => (
  <Icon>
    <path d="M2.8 3v10M6.2 4.4h7.2M6.2 8h7.2M6.2 11.6h4.6" />
  </Icon>
)

export const Rule = () => (
  <Icon>
    <path d="M2 8h12M4.4 4h7.2M4.4 12h7.2" />
  </Icon>
)

export const LinkIcon = () => (
  <Icon>
    <path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7L8 4.3M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7L8 11.7" />
  </Icon>
)

export const TableIcon = () => (
  <Icon>
    <path d="M2.2 3h11.6v10H2.2zM2.2 6.4h11.6M2.2 9.7h11.6M8 6.4V13" />
  </Icon>
)

export const PictureIcon = () => (
  <Icon>
    <path d="M2.2 3h11.6v10H2.2zM2.4 11.4l3.2-3.2 2.2 2.2 2.4-3 3.4 3.6" />
    <circle cx="5.4" cy="5.8" r=".8" />
  </Icon>
)

export const Undo = () => (
  <Icon>
    <path d="M5.6 3.2 2.6 6.2l3 3M2.8 6.2h6.4a3.5 3.5 0 0 1 0 7H6.6" />
  </Icon>
)

export const Redo = () => (
  <Icon>
    <path d="m10.4 3.2 3 3-3 3M13.2 6.2H6.8a3.5 3.5 0 0 0 0 7h2.6" />
  </Icon>
)

export const Chevron = () => (
  <Icon>
    <path d="m4.8 6.6 3.2 3.2 3.2-3.2" />
  </Icon>
)
