import { roomPath } from '../chat/room-name.ts'
import { type Channel, createChannel, maxTopicLength, rename, setTopic } from '../chat/workspace.ts'
import { words } from '../words/words.ts'
import { Field } from './field.tsx'
import { NameDialog } from './name-dialog.tsx'
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
  const submit = (name: string, form: FormData) => {
    const topic = String(form.get('topic')).trim()
    const { doc } = workspace.room
    if (channel === null) {
      const made = createChannel(doc, { name, topic, by: workspace.person.id, at: Date.now() })
      if (made !== null) go(roomPath(made))
      return
    }
    if (name !== channel.name) rename(doc, channel.id, name)
    if (topic !== channel.topic) setTopic(doc, channel.id, topic)
  }
  return (
    <NameDialog
      open={open}
      title={channel === null ? words.channel.create : words.channel.change}
      description={channel === null ? words.channel.createHint : null}
      label={words.channel.name}
      missing={words.channel.nameMissing}
      name={channel?.name ?? null}
      submit={submit}
      close={close}
    >
      <Field
        label={words.channel.topic}
        name="topic"
        hint={words.channel.topicHint}
        value={channel?.topic ?? ''}
        maxLength={maxTopicLength}
        autoComplete="off"
      />
    </NameDialog>
  )
}
