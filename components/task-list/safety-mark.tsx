'use client';

import { useLasting } from '@/components/tasks/use-lasting';
import { Icon, type IconName } from '@/components/ui/icon';
import type { TaskId } from '@/lib/protocol';
import type { TaskSafety } from '@/lib/replica';
import { useTaskSafety } from '@/stores/use-task-safety';

/** How long a change may be unsaved before its row says so, milliseconds ([NT9]). */
export const UNSAVED_PATIENCE_MS = 1_500;

const MARKS: Readonly<Record<Exclude<TaskSafety, 'saved'>, readonly [icon: IconName, words: string]>> = {
  saving: ['sending', 'Not saved yet'],
  'on this device': ['device', 'Saved on this device, not sent yet'],
  rejected: ['alert', 'Not saved: the service refused a change'],
};

/** Says at a row that its last change is not at the service; nothing while all is well. Subscribes by itself ([RX27]). */
export function SafetyMark({ id }: { readonly id: TaskId }) {
  const safety = useTaskSafety(id);
  const isUnsaved = useLasting(safety !== 'saved', UNSAVED_PATIENCE_MS);
  if (safety === 'saved' || (safety !== 'rejected' && !isUnsaved)) return null;
  const [icon, words] = MARKS[safety];
  return (
    <span
      aria-label={words}
      className={`mt-3.5 mr-1 flex-none ${safety === 'rejected' ? 'text-danger' : 'text-quiet'}`}
      role="img"
      title={words}
    >
      <Icon className="size-4" name={icon} />
    </span>
  );
}
