/** Reads an existing {@code alertmanager.yml}, and maps its receivers to channels. */
@NullMarked
package io.tracetide.alert.alertmanager;

import org.jspecify.annotations.NullMarked;
