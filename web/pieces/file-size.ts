import { locale } from '../words/language.ts'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** Bytes as people say them, in the locale: two or three figures, in steps of 1,000. */
export function fileSize(bytes: number, of: string = locale): string {
  let size = Math.max(0, bytes)
  let step = 0
  while (size >= 999.5 && step < units.length - 1) {
    size /= 1_000
    step++
  }
  const maximumFractionDigits = step > 0 && size < 9.95 ? 1 : 0
  const unit = units[step] ?? 'byte'
  const unitDisplay = unit === 'byte' ? 'long' : 'short'
  return new Intl.NumberFormat(of, { style: 'unit', unit, unitDisplay, maximumFractionDigits }).format(size)
}
