const LIT: ReadonlyMap<string, number> = new Map([
  ['low', 1],
  ['medium', 2],
  ['high', 3],
]);

/** A priority as bars of rising height, a call when urgent; says nothing to screen readers. */
export function PriorityMark({ priority }: { readonly priority: string | null | undefined }) {
  if (priority === 'urgent') return <UrgentMark />;
  const lit = LIT.get(priority ?? '') ?? 0;
  return (
    <svg aria-hidden="true" className="size-5 flex-none fill-current" viewBox="0 0 20 20">
      {[1, 2, 3].map((bar) => (
        <rect
          height={2 + bar * 3.5}
          key={bar}
          opacity={bar <= lit ? 1 : lit === 0 ? 0.6 : 0.3}
          rx="1.25"
          width="3"
          x={bar * 4.75 - 1}
          y={14 - bar * 3.5}
        />
      ))}
    </svg>
  );
}

function UrgentMark() {
  return (
    <svg aria-hidden="true" className="size-5 flex-none fill-current" viewBox="0 0 20 20">
      <path
        d="M6 3h8a3 3 0 0 1 3 3v8a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3Zm3 2.75.3 5.5h1.4l.3-5.5ZM10 12.6a1 1 0 1 0 0 2 1 1 0 0 0 0-2Z"
        fillRule="evenodd"
      />
    </svg>
  );
}
