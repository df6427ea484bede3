import type { ReactNode } from 'react';

const SHAPES = {
  plus: <path d="M10 4v12M4 10h12" />,
  search: (
    <>
      <circle cx="8.75" cy="8.75" r="5" />
      <path d="m12.5 12.5 4 4" />
    </>
  ),
  trash: (
    <path d="M4 5.5h12M8 5.5V4a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v1.5M5.5 5.5l.6 10a1.5 1.5 0 0 0 1.5 1.5h4.8a1.5 1.5 0 0 0 1.5-1.5l.6-10M8.5 9v4.5M11.5 9v4.5" />
  ),
  pencil: <path d="m4 16 .8-3.3L13.3 4.2a1.5 1.5 0 0 1 2.1 0l.4.4a1.5 1.5 0 0 1 0 2.1L7.3 15.2Z" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  bell: (
    <path d="M5 13.5c1-1 1.25-2.25 1.25-4.5a3.75 3.75 0 0 1 7.5 0c0 2.25.25 3.5 1.25 4.5ZM8.5 16.25a1.7 1.7 0 0 0 3 0" />
  ),
  bellOff: (
    <>
      <path d="M5 13.5c1-1 1.25-2.25 1.25-4.5M8 5.85A3.75 3.75 0 0 1 13.75 9c0 1 .05 1.8.2 2.45M5 13.5h7.5M8.5 16.25a1.7 1.7 0 0 0 3 0" />
      <path d="m3.5 3.5 13 13" />
    </>
  ),
  signOut: <path d="M8 16.5H5a1.5 1.5 0 0 1-1.5-1.5V5A1.5 1.5 0 0 1 5 3.5h3M13 13.5l3.5-3.5L13 6.5M16.5 10H8" />,
  sending: <path d="M10 15.5V5m0 0L6 9m4-4 4 4M4.5 16.5h11" />,
  device: <path d="M4.5 4.5h11a1 1 0 0 1 1 1V13h-13V5.5a1 1 0 0 1 1-1ZM2 16h16" />,
  alert: <path d="M10 3.5 17.5 16.5h-15ZM10 8v4M10 14.25v.01" />,
  chevron: <path d="m6 8 4 4 4-4" />,
} satisfies Record<string, ReactNode>;

/** The name of a drawing. */
export type IconName = keyof typeof SHAPES;

/** A drawing beside words, or inside a control that has a name of its own; hidden from screen readers. 20 px by default. */
export function Icon({ name, className = 'size-5' }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      aria-hidden="true"
      className={`flex-none ${className}`}
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeWidth="1.6"
      viewBox="0 0 20 20"
    >
      {SHAPES[name]}
    </svg>
  );
}
