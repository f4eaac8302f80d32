"""A name in every script that has a font of its own."""

NAMES = {
    "Armenian": "Հայկ Սարգսյան",
    "Bengali": "শ্রীমতি ক্ষণিকা রায়".replace("\u09df", "\u09af\u09bc"),
    "Burmese": "အောင်ဆန်းစုကြည်",
    "Cherokee": "ᏣᎳᎩ",
    "Ethiopic": "ተስፋዬ አበበ",
    "Georgian": "გიორგი ბერიძე",
    "Gujarati": "કૃષ્ણા પટેલ",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Hindi": "क्षत्रिय शर्मा प्रियंका",
    "Kannada": "ಕೃಷ್ಣಮೂರ್ತಿ",
    "Khmer": "សុខា ស្រីមុំ",
    "Korean": "김민준 홍길동",
    "Lao": "ສົມພອນ ໄຊຍະ",
    "Malayalam": "ശ്രീകുമാർ ലക്ഷ്മി",
    "Odia": "ଶ୍ରୀ କୃଷ୍ଣ",
    "Sinhala": "ශ්\u200dරී ක්\u200dරිස්තියන්",
    "Tamil": "முருகன் லக்ஷ்மி",
    "Telugu": "శ్రీనివాస్ రెడ్డి",
    "Thai": "สมชาย ใจดี ปู่ย่า",
}
