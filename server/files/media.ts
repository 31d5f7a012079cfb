/**
 * What a file is served as. Only kinds that run nothing keep their own; everything else, SVG and HTML above all, is bytes to
 * be saved: a page made of what a stranger attached would be a page of this server.
 */

const images = ['png', 'jpeg', 'gif', 'webp', 'avif'].map(kind => `image/${kind}`)
const sounds = ['mpeg', 'ogg', 'wav', 'webm', 'mp4', 'aac', 'flac'].map(kind => `audio/${kind}`)
const films = ['mp4', 'webm', 'ogg', 'quicktime'].map(kind => `video/${kind}`)
const shown = new Set([...images, ...sounds, ...films])

export interface Media {
  contentType: string
  /** Whether a page may show it where it stands. */
  isInline: boolean
}

export function mediaOf(type: string): Media {
  if (shown.has(type)) return { contentType: type, isInline: true }
  if (type === 'text/plain') return { contentType: 'text/plain; charset=utf-8', isInline: false }
  if (type === 'application/pdf') return { contentType: type, isInline: false }
  return { contentType: 'application/octet-stream', isInline: false }
}

/** `Content-Disposition` as in RFC 6266, with the name as in RFC 8187 and a plain one for whoever cannot read that. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
