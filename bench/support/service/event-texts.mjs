// @ts-check
let made = 0;

/**
 * Native messages of created tasks, each about 600 characters.
 * @param {number} count @param {string} mark Is in the title of the last.
 */
export function eventTexts(count, mark) {
  return Array.from({ length: count }, (_, index) => {
    made += 1;
    const id = crypto.randomUUID();
    const at = new Date().toISOString();
    return JSON.stringify({
      type: 'task_update',
      event: 'task.created',
      channel: 'user:bench',
      seq: made,
      version: 1,
      taskId: id,
      task: {
        id,
        title: index === count - 1 ? mark : 'Water the plants',
        description: 'On the balcony, the tomatoes twice; the herbs only when the soil is dry.',
        status: 'pending',
        completed: false,
        priority: 'medium',
        createdAt: at,
        updatedAt: at,
        completedAt: null,
        ownerId: 'bench',
        version: 1,
      },
      timestamp: at,
      actor: { id: 'bench' },
      eventId: crypto.randomUUID(),
    });
  });
}
