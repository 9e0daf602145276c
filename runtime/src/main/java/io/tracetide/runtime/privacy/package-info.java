/** Finding personal data in text and replacing it by masks before the text is stored. */
@NullMarked
package io.tracetide.runtime.privacy;

import org.jspecify.annotations.NullMarked;
