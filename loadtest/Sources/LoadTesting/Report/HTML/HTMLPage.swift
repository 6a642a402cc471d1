// SPDX-License-Identifier: Apache-2.0

/// A page that needs nothing but itself: its policy allows its own style alone.
struct HTMLPage {
    let title: String
    /// Markup of the page's content.
    let content: String
    /// When a browser asks for the page again; nil for never.
    var refreshSeconds: Int?

    /// The page.
    var text: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'sha256-\(HTMLStyle.digest)'">
        \(refreshSeconds.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">" } ?? "")
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(MarkupText.escaped(title))</title>
        <style>\(HTMLStyle.text)</style>
        </head>
        <body>
        <main>
        \(content)
        </main>
        </body>
        </html>

        """
    }
}
