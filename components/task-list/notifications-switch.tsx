'use client';

import { Button } from '@/components/ui/button';
import { Icon } from '@/components/ui/icon';
import { useTaskStore } from '@/stores/task-store';

/** Turns the messages about changes made elsewhere on and off; the list stays up to date either way. */
export function NotificationsSwitch() {
  const enabled = useTaskStore((state) => state.wsEnabled);
  return (
    <Button
      aria-checked={enabled}
      aria-label="Notifications"
      look="icon"
      onClick={() => useTaskStore.getState().setWebSocketEnabled(!enabled)}
      role="switch"
      title={enabled ? 'Notifications are on' : 'Notifications are off'}
    >
      <Icon name={enabled ? 'bell' : 'bellOff'} />
    </Button>
  );
}
