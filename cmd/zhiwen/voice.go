package main

import (
	"cmp"
	"os"

	"zhiwen/web"
	"zhiwen/web/speech"
)

// defaultVoice is a voice that services of this kind commonly know.
const defaultVoice = "alloy"

// voice is the configured speech service; nil without one.
func voice() (web.Voice, error) {
	url := os.Getenv("ZHIWEN_SPEECH_URL")
	if url == "" {
		return nil, nil
	}
	key, err := secret("ZHIWEN_SPEECH_KEY")
	if err != nil {
		return nil, err
	}
	service, err := speech.New(speech.Config{
		BaseURL: url, Key: key, Speaker: os.Getenv("ZHIWEN_SPEECH_NAME"), Listener: os.Getenv("ZHIWEN_TRANSCRIBE_NAME"),
		Voice: cmp.Or(os.Getenv("ZHIWEN_SPEECH_VOICE"), defaultVoice),
	})
	if err != nil {
		return nil, usagef("ZHIWEN_SPEECH_URL, ZHIWEN_SPEECH_NAME, ZHIWEN_TRANSCRIBE_NAME: %w", err)
	}
	return service, nil
}
