import { native } from '@/lib/connectors';
import { taskKey } from '@/lib/protocol';
import type { TaskSafety } from '@/lib/replica';
import { acquireSession } from '@/lib/sync';
import { createTaskStore } from '@/stores/create-task-store';

/** What a test asks of the page; runs in the browser. */
export interface OutboxPage {
  /** Opens the session of a user. */
  start(options: { readonly userId: string; readonly token: string; readonly url: string }): void;
  /** Edits own tasks from now on, now and then: adds one, or sets the next value of one. */
  edit(name: string, seed: number): void;
  /** Adds a task, as a person does; resolves with its id. */
  add(title: string): Promise<string>;
  rename(id: string, title: string): Promise<void>;
  /** Each list that was painted since the start, and how long after the start. */
  painted(): readonly PaintedList[];
  /** What the person would see now. */
  look(): {
    readonly waiting: number;
    readonly keeps: string;
    readonly status: string;
    readonly receipts: number;
    readonly rejections: number;
  };
}

/** What stood on the screen in one frame, when it was another list than in the frame before. */
export interface PaintedList {
  readonly afterMs: number;
  readonly titles: readonly string[];
  /** How old it was said to be, milliseconds; `null` for the server's. */
  readonly ageMs: number | null;
}

/** What a person was shown of a task: this value, as safe as that. */
export interface ShownValue {
  readonly task: string;
  readonly value: number;
  readonly safety: TaskSafety;
}

declare global {
  interface Window {
    outbox: OutboxPage;
    /** Given by the test: hears what is shown. */
    noteShown(shown: ShownValue): void;
  }
}

/** The tasks of this test are called `<name>#<value>`. */
export const TITLE = /^(.*)#(\d+)$/;

if (typeof window !== 'undefined') {
  const store = createTaskStore();
  let status = () => 'off';

  const watch = (id: string) => {
    const tell = () => {
      const safety = store.getTaskSafety(id);
      const [, task = '', value = '0'] = TITLE.exec(store.getTask(id)?.title ?? '') ?? [];
      if (task !== '') window.noteShown({ task, value: Number(value), safety });
    };
    store.subscribeTaskSafety(id, tell);
    tell();
  };

  let painted: PaintedList[] = [];

  /** Looks at each frame as it is about to be painted. */
  const watchPaints = (since: number) => {
    let last: readonly unknown[] = [];
    let lastKnownAt: number | null = null;
    const look = () => {
      const { tasks, device } = store.getState();
      if (tasks.length > 0 && (tasks !== last || device.lastKnownAt !== lastKnownAt)) {
        last = tasks;
        lastKnownAt = device.lastKnownAt;
        const ageMs = device.lastKnownAt === null ? null : Date.now() - device.lastKnownAt;
        painted.push({ afterMs: performance.now() - since, titles: tasks.map(({ title }) => title).sort(), ageMs });
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  };

  window.outbox = {
    start({ userId, token, url }) {
      painted = [];
      watchPaints(performance.now());
      const connector = native({ url, getToken: async () => token });
      const { session } = acquireSession({ userId, connector });
      store.bind(session);
      session.connection.connect();
      status = () => session.getStatus().state;
    },
    edit(name, seed) {
      const own: { id: string; task: string; value: number }[] = [];
      let state = seed;
      const random = () => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        return state / 2 ** 31;
      };
      const step = async () => {
        const chosen = own[Math.floor(random() * (own.length + 1))];
        if (chosen === undefined || random() < 0.2) {
          const task = `${name}.${own.length}`;
          const { id } = await store.getState().addTask({ title: `${task}#1` });
          own.push({ id: taskKey(id), task, value: 1 });
          watch(taskKey(id));
        } else {
          chosen.value += 1;
          await store.getState().updateTaskData(chosen.id, { title: `${chosen.task}#${chosen.value}` });
        }
        setTimeout(step, random() * 15);
      };
      void step();
    },
    async add(title) {
      return taskKey((await store.getState().addTask({ title })).id);
    },
    rename: (id, title) => store.getState().updateTaskData(id, { title }),
    painted: () => painted,
    look() {
      const { waiting, receipts, rejections, device } = store.getState();
      const lists = { receipts: receipts.length, rejections: rejections.length };
      return { waiting, ...lists, keeps: device.keeps, status: status() };
    },
  };
}
