package io.zart.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaHeadersTest {

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "a/b;c=\"d e\";f=g",
                "multipart/form-data",
                "a/b;"
            })
    void aMediaTypeIsOne(String value) {
        assertThat(MediaHeaders.isType(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {";;;", "application", "/", "a/", "a/b;c", "a/b, c/d", "a b/c"})
    void whatIsNoMediaTypeIsRefused(String value) {
        assertThat(MediaHeaders.isType(value)).isFalse();
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                "*/*",
                "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1",
                "a/b;q=1.000",
                "a/b;q=0"
            })
    void mediaRangesAreAListOfThem(String value) {
        assertThat(MediaHeaders.areRanges(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {",,,;q=9", "a/b;q=2", "a/b;q=x", "a/b;q=-1", "a"})
    void whatAreNoMediaRangesIsRefused(String value) {
        assertThat(MediaHeaders.areRanges(value)).isFalse();
    }
}
