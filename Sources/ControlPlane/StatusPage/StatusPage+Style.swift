// SPDX-License-Identifier: Apache-2.0

extension StatusPage {
    /// The style sheet at `/status.css`.
    static let style = """
        :root {
          color-scheme: light dark;
          --page: light-dark(#f6f7f8, #15181b);
          --card: light-dark(#fff, #1e2226);
          --line: light-dark(#e1e4e8, #32383e);
          --ink: light-dark(#1c2024, #e6e9ec);
          --soft: light-dark(#626a73, #98a1aa);
          --good: light-dark(#17663b, #6fd39b);
          --bad: light-dark(#a3281d, #ff9d92);
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; max-width: 68rem; padding: 1.5rem 1rem;
          background: var(--page); color: var(--ink);
          font: 0.9375rem/1.5 system-ui, sans-serif;
        }
        header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; }
        h1 { margin: 0; font-size: 1.375rem; }
        header p { margin: 0 0 0 auto; }
        header p, small, footer, dt, th { color: var(--soft); }
        h2 { margin: 0 0 0.5rem; font-size: 1rem; }
        small { font-size: 0.8125rem; font-weight: 400; }
        section, .notice {
          margin-top: 1rem; padding: 1rem 1.25rem;
          background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem;
        }
        .notice { margin-bottom: 0; padding-left: 2.25rem; border-color: var(--bad); }
        .cards { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); }
        section p { margin: 0 0 0.5rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.125rem 1rem; margin: 0; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .says { white-space: pre-wrap; }
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th { font-size: 0.8125rem; font-weight: 500; }
        th, td { padding: 0.375rem 1rem 0.375rem 0; text-align: left; white-space: nowrap; }
        th:last-child, td:last-child { padding-right: 0; }
        tbody tr { border-top: 1px solid var(--line); }
        .n { text-align: right; }
        meter { width: 5rem; vertical-align: middle; }
        h3 { margin: 1rem 0 0.25rem; font-size: 0.875rem; }
        figure { margin: 0.5rem 0 0; }
        figcaption { color: var(--soft); font-size: 0.8125rem; }
        svg { width: 100%; max-width: 34rem; }
        svg rect { fill: var(--soft); }
        svg .same { fill: var(--good); }
        svg text { fill: var(--soft); font-size: 8px; text-anchor: middle; }
        code { font-size: 0.875em; overflow-wrap: anywhere; }
        .badge {
          padding: 0.0625rem 0.5rem; border: 1px solid; border-radius: 1rem;
          font-size: 0.8125rem; white-space: nowrap;
        }
        .good { color: var(--good); }
        .bad { color: var(--bad); }
        footer { margin-top: 1rem; }
        a { color: inherit; }

        """
}
