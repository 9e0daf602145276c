/** Detection of services that stop sending spans. */
@NullMarked
package io.tracetide.processor.detection.silence;

import org.jspecify.annotations.NullMarked;
