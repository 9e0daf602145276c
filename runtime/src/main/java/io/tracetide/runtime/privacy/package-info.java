/** Personal data in text: finding it, and putting a mask in its place before it is stored. */
@NullMarked
package io.tracetide.runtime.privacy;

import org.jspecify.annotations.NullMarked;
