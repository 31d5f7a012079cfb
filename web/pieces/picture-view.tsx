import { useState } from 'react'
import { Problem } from '../src/icons.tsx'
import { Dialog } from '../ui/dialog.tsx'
import type { Attachment } from './attachments.tsx'
import { Download, Picture } from './icons.tsx'
import { type Load, useBlob } from './use-blob.ts'
import { useDownload } from './use-download.ts'
import { words } from './words.ts'

/** In CSS pixels. */
const maxWidth = 360
const maxHeight = 280
const least = 48
const unknown = { width: 240, height: 180 }

/** A picture in the room it will take, which is there before it is. Pressing it shows it large. */
export function PictureView({ attachment, load }: { attachment: Attachment; load: Load }) {
  const { id, name, width, height } = attachment
  const [loaded, retry] = useBlob(id, load)
  const [isLarge, setIsLarge] = useState(false)
  const { download } = useDownload(attachment, load)
  const box = pictureBox(width, height)
  const style = { width: box.width, aspectRatio: `${box.width} / ${box.height}` }
  if (loaded.state === 'loading') {
    return (
      <div className="picture" style={style} role="img" aria-label={words.attachments.loading(name)}>
        <Picture />
      </div>
    )
  }
  if (loaded.state === 'failed') {
    return (
      <button
        type="button"
        className="picture picture-missing"
        style={style}
        aria-label={`${name}: ${words.attachments.missing}. ${words.attachments.retry}`}
        onClick={retry}
      >
        <Problem />
        <span>{words.attachments.missing}</span>
        <span className="picture-retry">{words.attachments.retry}</span>
      </button>
    )
  }
  return (
    <>
      <button
        type="button"
        className="picture"
        style={style}
        aria-label={words.attachments.open(name)}
        title={name}
        onClick={() => setIsLarge(true)}
      >
        <img src={loaded.url} alt="" draggable={false} />
      </button>
      <Dialog open={isLarge} title={name} close={() => setIsLarge(false)}>
        <img className="picture-large" src={loaded.url} alt={name} {...size(width, height)} />
        <div className="dialog-actions">
          <button type="button" className="button-plain" onClick={download}>
            <Download />
            {words.attachments.save}
          </button>
        </div>
      </Dialog>
    </>
  )
}

function size(width: number | null, height: number | null): { width?: number; height?: number } {
  return isSize(width) && isSize(height) ? { width, height } : {}
}

/** The box of a picture: its own shape within the bounds, never larger than it is, never too small to press. */
export function pictureBox(width: number | null, height: number | null): { width: number; height: number } {
  if (!isSize(width) || !isSize(height)) return unknown
  const scale = Math.min(1, maxWidth / width, maxHeight / height)
  const within = (length: number) => Math.max(least, Math.round(length * scale))
  return { width: within(width), height: within(height) }
}

function isSize(length: number | null): length is number {
  return length !== null && Number.isFinite(length) && length >= 1
}
