'use client';

import type { ReactNode } from 'react';

/** What {@link PrioritySelect} takes. */
export interface PrioritySelectProps {
  /** The name for screen readers. */
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  readonly className: string;
  /** What is seen while the list is closed: a drawing, and words where there is room. */
  readonly children: ReactNode;
  readonly text?: string;
}

/** A select that looks like its children: the system's own list opens over them. */
export function PrioritySelect({ label, value, options, onChange, className, children, text }: PrioritySelectProps) {
  const isKnown = options.some((option) => option.value === value);
  return (
    <span
      className={`relative inline-flex h-10 min-w-10 flex-none items-center justify-center gap-1.5 rounded-lg has-[select:focus-visible]:outline-2 has-[select:focus-visible]:outline-accent ${className}`}
    >
      {children}
      {text && <span className="hidden before:content-[attr(data-text)] sm:inline" data-text={text} />}
      <select
        aria-label={label}
        className="absolute inset-0 size-full appearance-none text-base text-ink opacity-0"
        onChange={(event) => onChange(event.target.value)}
        title={label}
        value={value}
      >
        {options.map((option) => (
          // As an attribute, so that a row's text is its title and nothing else.
          <option key={option.value} label={option.label} value={option.value} />
        ))}
        {!isKnown && <option label={value} value={value} />}
      </select>
    </span>
  );
}
