import { type FormEvent, useId, useState } from 'react'
import { roomPath } from '../chat/room-name.ts'
import {
  type Channel,
  createChannel,
  maxTitleLength,
  maxTopicLength,
  rename,
  setTopic,
  tidyTitle,
} from '../chat/workspace.ts'
import { Dialog } from '../ui/dialog.tsx'
import { words } from '../words/words.ts'
import { go } from './route.ts'
import type { Workspace } from './workspace.ts'

interface ChannelDialogProps {
  open: boolean
  workspace: Workspace
  /** The one to change; null makes a new one. */
  channel: Channel | null
  close(): void
}

/** Name and topic of a channel, new or old. */
export function ChannelDialog({ open, workspace, channel, close }: ChannelDialogProps) {
  const [isMissing, setMissing] = useState(false)
  const id = useId()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    // A portal's events reach the tree around it, too.
    event.stopPropagation()
    const form = new FormData(event.currentTarget)
    const name = String(form.get('name')).trim()
    const topic = String(form.get('topic')).trim()
    const { doc } = workspace.room
    const made =
      channel === null ? createChannel(doc, { name, topic, by: workspace.person.id, at: Date.now() }) : channel.id
    setMissing(made === null || tidyTitle(name) === '')
    if (made === null || tidyTitle(name) === '') return
    if (channel === null) go(roomPath(made))
    else {
      if (name !== channel.name) rename(doc, channel.id, name)
      if (topic !== channel.topic) setTopic(doc, channel.id, topic)
    }
    close()
  }
  return (
    <Dialog
      open={open}
      title={channel === null ? words.channel.create : words.channel.change}
      description={channel === null ? words.channel.createHint : null}
      close={() => {
        setMissing(false)
        close()
      }}
    >
      <form className="dialog-form" onSubmit={submit} noValidate>
        <div className="field">
          <label htmlFor={`${id}-name`}>{words.channel.name}</label>
          <input
            id={`${id}-name`}
            name="name"
            dir="auto"
            defaultValue={channel?.name ?? ''}
            maxLength={maxTitleLength}
            autoComplete="off"
            aria-invalid={isMissing}
            aria-describedby={isMissing ? `${id}-fault` : undefined}
          />
          {isMissing && (
            <p id={`${id}-fault`} className="fault" role="alert">
              {words.channel.nameMissing}
            </p>
          )}
        </div>
        <div className="field">
          <label htmlFor={`${id}-topic`}>{words.channel.topic}</label>
          <input
            id={`${id}-topic`}
            name="topic"
            dir="auto"
            defaultValue={channel?.topic ?? ''}
            maxLength={maxTopicLength}
            autoComplete="off"
            aria-describedby={`${id}-topic-hint`}
          />
          <p id={`${id}-topic-hint`} className="hint">
            {words.channel.topicHint}
          </p>
        </div>
        <div className="dialog-actions">
          <button type="submit" className="button-main">
            {channel === null ? words.channel.createNow : words.me.save}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
