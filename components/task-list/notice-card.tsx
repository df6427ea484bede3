import type { ReactNode } from 'react';

const TONES = {
  plain: 'border-line bg-surface',
  caution: 'border-caution/40 bg-surface',
  danger: 'border-danger/40 bg-danger-soft',
} as const;

/** One piece of news above the list, with what can be done about it. */
export function NoticeCard({
  tone = 'plain',
  text,
  children,
}: {
  readonly tone?: keyof typeof TONES;
  readonly text: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div
      className={`flex min-h-14 flex-wrap items-center gap-2 rounded-2xl border py-2 pr-2 pl-4 text-sm shadow-card ${TONES[tone]}`}
    >
      <p className="min-w-0 flex-1 basis-60 break-words">{text}</p>
      {children}
    </div>
  );
}
